#include "bind/cuda/device_arrays.h"

namespace me::bind {
namespace {

Element element_named(const std::string& typestr) {
  const std::string name = typestr.size() < 3 ? "" : typestr.substr(1);
  if (name == "b1" || name == "u1") return Element::u8;
  if (name == "u2") return Element::u16;
  if (name == "u4") return Element::u32;
  if (name == "u8") return Element::u64;
  if (name == "i1") return Element::i8;
  if (name == "i2") return Element::i16;
  if (name == "i4") return Element::i32;
  if (name == "i8") return Element::i64;
  if (name == "f2") return Element::f16;
  if (name == "f4") return Element::f32;
  if (name == "f8") return Element::f64;
  throw Error(ErrorKind::type, "array", "expected bool, integers or floats, got " + typestr);
}

}  // namespace

cuda::Memory PythonAllocator::allocate(std::int64_t bytes) {
  const py::gil_scoped_acquire lock;
  py::object memory = allocate_(bytes);
  void* const data = reinterpret_cast<void*>(memory.attr("ptr").cast<std::uintptr_t>());
  return {data, std::shared_ptr<void>(memory.release().ptr(), [](void* owner) {
            const py::gil_scoped_acquire dropping;
            py::handle(static_cast<PyObject*>(owner)).dec_ref();
          })};
}

py::object owner_of(const cuda::Memory& memory) {
  return py::reinterpret_borrow<py::object>(static_cast<PyObject*>(memory.owner.get()));
}

DeviceView::DeviceView(const py::handle& array) {
  const py::dict about = array.attr("__cuda_array_interface__");
  data = reinterpret_cast<char*>(py::tuple(about["data"])[0].cast<std::uintptr_t>());
  element = element_named(about["typestr"].cast<std::string>());
  const py::tuple sides = about["shape"];
  require(sides.size() <= max_rank, ErrorKind::shape_mismatch, "array",
          "expected at most four dimensions");
  rank = static_cast<int>(sides.size());
  std::int64_t n = 1;
  for (int k = 0; k < rank; k++) {
    shape[k] = sides[k].cast<std::int64_t>();
    n = checked_mul(n, shape[k], "array");  // CuPy lets a broadcast array have any size
  }
  if (about.contains("strides") && !py::object(about["strides"]).is_none()) {
    const py::tuple steps = about["strides"];
    for (int k = 0; k < rank; k++) strides[k] = steps[k].cast<std::int64_t>();
    return;
  }
  std::int64_t step = element_bytes(element);
  for (int k = rank - 1; k >= 0; k--) {
    strides[k] = step;
    step *= std::max<std::int64_t>(shape[k], 1);
  }
}

cuda::DeviceRunsView device_runs(const py::handle& runs) {
  const DeviceView counts(runs.attr("counts"));
  const DeviceView offsets(runs.attr("offsets"));
  cuda::DeviceRunsView view;
  view.n_counts = counts.size();
  view.counts = counts.values<std::uint32_t>(view.n_counts);
  view.n = offsets.size() - 1;
  view.offsets = offsets.values<std::int64_t>(view.n + 1);
  return view;
}

HostSizes host_sizes(const py::handle& runs, std::int64_t n) {
  HostSizes sizes = runs.attr("sizes").cast<HostSizes>();
  require(sizes.size() == 2 * n, ErrorKind::shape_mismatch, "sizes", "expected one for each mask");
  return sizes;
}

py::tuple given(const cuda::DeviceRuns& runs) {
  return py::make_tuple(owner_of(runs.counts.memory), runs.counts.n, owner_of(runs.offsets.memory),
                        runs.offsets.n);
}

}  // namespace me::bind
