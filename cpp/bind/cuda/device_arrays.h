// Arrays in device memory -> views, and device memory -> what Python asked its allocator for.
//
// The package has made CuPy arrays of what callers hold, and checked rank, dtype and alignment.
#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/queue.h"
#include "base/view.h"
#include "bind/lock_released.h"
#include "runs/device_runs.h"

namespace me::bind {

namespace py = pybind11;

// Asks Python for memory: allocate(bytes) gives an object with the address as `.ptr`.
class PythonAllocator : public cuda::Allocator {
 public:
  explicit PythonAllocator(py::object allocate) : allocate_(std::move(allocate)) {}
  cuda::Memory allocate(std::int64_t bytes) override;

 private:
  py::object allocate_;
};

// What `allocate` gave for this memory.
py::object owner_of(const cuda::Memory& memory);

// A queue and the allocator that it points to.
struct PythonQueue {
  std::unique_ptr<PythonAllocator> allocator;
  cuda::Queue queue;
};

void register_queue(py::module_& module);

// What __cuda_array_interface__ says.
struct DeviceView {
  static constexpr int max_rank = 4;

  char* data = nullptr;
  Element element = Element::u8;
  int rank = 0;
  std::int64_t shape[max_rank] = {};
  std::int64_t strides[max_rank] = {};  // in bytes

  explicit DeviceView(const py::handle& array);

  std::int64_t size() const {
    std::int64_t n = 1;
    for (int k = 0; k < rank; k++) n *= shape[k];
    return n;
  }
  // A C-ordered array with this many values, which the package has made itself.
  template <class T>
  T* values(std::int64_t n) const {
    require(size() == n && element_bytes(element) == sizeof(T), ErrorKind::type, "array",
            "expected another number of values or another dtype");
    return reinterpret_cast<T*>(data);
  }
  // (H, W) or (N, H, W).
  template <class View>
  View stack() const {
    require(rank == 2 || rank == 3, ErrorKind::shape_mismatch, "array",
            "expected shape (H, W) or (N, H, W)");
    const int first = rank - 2;
    return View{data,           element,           rank == 3 ? shape[0] : 1,
                shape[first],   shape[first + 1],  rank == 3 ? strides[0] : 0,
                strides[first], strides[first + 1]};
  }
};

// A batch: an object with counts (uint32) and offsets (int64) in device memory.
cuda::DeviceRunsView device_runs(const py::handle& runs);

// Heights and widths of masks, in memory of the host.
using HostSizes = py::array_t<std::int64_t, py::array::c_style>;

// Those of a batch, an object that has them as `sizes`, of n masks.
HostSizes host_sizes(const py::handle& runs, std::int64_t n);

// What a call that makes masks gives to Python: (owner, number) of counts, then of offsets.
py::tuple given(const cuda::DeviceRuns& runs);

// Makes masks without the lock of the interpreter, and gives them to Python.
template <class Call>
py::tuple masks_of(const Call& call) {
  cuda::DeviceRuns runs;
  {
    const LockReleased release;
    runs = call();
  }
  return given(runs);
}

}  // namespace me::bind
