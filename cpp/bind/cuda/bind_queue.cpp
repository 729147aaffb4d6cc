#include <pybind11/stl.h>

#include <string>

#include "base/device_status.h"
#include "bind/cuda/device_arrays.h"
#include "bind/native_class.h"

namespace me::bind::queue_calls {
namespace {

#if defined(ME_EMULATION)

// Kernels compiled for the host: elements run in the given order.
PythonQueue make_queue(py::object allocate, const std::string& order, std::uint64_t seed) {
  PythonQueue made{std::make_unique<PythonAllocator>(std::move(allocate)), {}};
  require(order == "sequential" || order == "shuffled" || order == "threads", ErrorKind::argument,
          "order", "expected 'sequential', 'shuffled' or 'threads'");
  made.queue.allocator = made.allocator.get();
  made.queue.order = order == "shuffled"  ? cuda::Order::shuffled
                     : order == "threads" ? cuda::Order::threads
                                          : cuda::Order::sequential;
  made.queue.seed = seed;
  return made;
}

#else

PythonQueue make_queue(py::object allocate, std::uintptr_t stream, int device) {
  cuda::use_device(device);
  PythonQueue made{std::make_unique<PythonAllocator>(std::move(allocate)), {}};
  made.queue.allocator = made.allocator.get();
  made.queue.stream = reinterpret_cast<void*>(stream);
  return made;
}

#endif

}  // namespace

}  // namespace me::bind::queue_calls

namespace me::bind {

void register_queue(py::module_& module) {
  using queue_calls::make_queue;
  native_class<PythonQueue>(module, "Queue", py::module_local())
#if defined(ME_EMULATION)
      .def_static("make", make_queue, py::arg("allocate"), py::arg("order"), py::arg("seed"));
#else
      .def_static("make", make_queue, py::arg("allocate"), py::arg("stream"), py::arg("device"));
#endif
}

}  // namespace me::bind
