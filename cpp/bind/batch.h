// What Python holds as a batch: a validated, immutable view and whatever keeps its memory alive.
#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/exec.h"
#include "runs/runs.h"

namespace me::bind {

namespace py = pybind11;

struct Batch {
  RunsView view;
  std::shared_ptr<const void> keep;
};

inline Batch wrap(Runs&& runs) {
  auto owner = std::make_shared<const Runs>(std::move(runs));
  return {owner->view(), owner};
}

// How calls run now: the thread count of me.use().
Exec current_exec();

// Releases the interpreter lock while a call of about `cost` nanoseconds runs. Small calls keep
// it: handing the lock over costs more than they do.
class ReleaseLock {
 public:
  explicit ReleaseLock(double cost) {
    if (cost > 50e3) release_.emplace();
  }

 private:
  std::optional<py::gil_scoped_release> release_;
};

// A new NumPy array that takes over the memory of `buffer`.
template <class T>
py::array_t<T> to_array(Buffer<T>&& buffer, py::array::ShapeContainer shape) {
  auto* owner = new Buffer<T>(std::move(buffer));
  const py::capsule keep(owner, [](void* p) { delete static_cast<Buffer<T>*>(p); });
  return py::array_t<T>(std::move(shape), owner->data(), keep);
}

template <class T>
py::array_t<T> to_array(Buffer<T>&& buffer) {
  const std::int64_t n = buffer.size();
  return to_array(std::move(buffer), {n});
}

}  // namespace me::bind
