// Batches as calls take and give them, and arrays that take over their memory.
#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <utility>

#include "base/error.h"
#include "bind/dual_batch.h"
#include "bind/release_lock.h"
#include "runs/runs.h"

namespace me::bind {

namespace py = pybind11;

// The batch of a `Masks` or of a `Runs`, held for the call.
struct HeldBatch {
  py::object holder;
  const DualBatch* batch = nullptr;  // null: neither of them, or one on a device
};

// For what is called once an event or a mask: reading the attribute and asking for types here takes
// a third of the time that it takes in Python, and the package asks again only where it is neither.
HeldBatch held_batch(py::handle masks);

// A new `Masks`.
py::object masks_of(Batch&& batch);

// A new NumPy array that takes over the memory of `buffer`.
template <class T>
py::array_t<T> to_array(Buffer<T>&& buffer, py::array::ShapeContainer shape) {
  auto owner = std::make_unique<Buffer<T>>(std::move(buffer));
  const T* data = owner->data();
  const py::capsule keep(owner.get(), [](void* p) { delete static_cast<Buffer<T>*>(p); });
  owner.release();
  return py::array_t<T>(std::move(shape), data, keep);
}

template <class T>
py::array_t<T> to_array(Buffer<T>&& buffer) {
  const std::int64_t n = buffer.size();
  return to_array(std::move(buffer), {n});
}

// A read-only array over memory that `base` keeps alive.
template <class T>
py::array_t<T> read_only(const T* data, py::array::ShapeContainer shape, const py::object& base) {
  py::array_t<T> array(std::move(shape), data, base);
  py::detail::array_proxy(array.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
  return array;
}

}  // namespace me::bind
