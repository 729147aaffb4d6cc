// What Python holds as a batch: a validated, immutable view and whatever keeps its memory alive.
#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/exec.h"
#include "base/interrupt.h"
#include "bind/lock_released.h"
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

// What a batch holds to keep `owner` (its arrays) alive; dropping it may happen on any thread.
inline std::shared_ptr<const void> keep_alive(py::object owner) {
  return {owner.release().ptr(), [](const void* p) {
            const py::gil_scoped_acquire lock;
            py::handle(static_cast<PyObject*>(const_cast<void*>(p))).dec_ref();
          }};
}

// The batch of a `Masks` or of a `Runs`, held for the call.
struct HeldBatch {
  py::object holder;
  const Batch* batch = nullptr;  // null: neither of them, or one on a device
};

// For what is called once an event or a mask: reading the attribute and asking for types here takes
// a third of the time that it takes in Python, and the package asks again only where it is neither.
HeldBatch held_batch(py::handle masks);

// A new `Masks`.
py::object masks_of(Batch&& batch);

// How calls run now: the thread count of me.use().
Exec current_exec();

// Whether Python runs the handlers of signals on this thread.
bool handles_signals();

// Runs them. True when one raised: what it raised is left as the exception of the call.
bool raised_by_signal();

enum class Ending { early, whole };

// Releases the interpreter lock while a call of about `cost` nanoseconds runs. Small calls keep
// it: handing the lock over costs more than they do. A long one ends early when a signal's handler
// raises, as that of Ctrl-C does; but not where what it had done by then would be left half done.
class ReleaseLock {
 public:
  explicit ReleaseLock(double cost, Ending ending = Ending::early) {
    if (cost <= 50e3) return;
    if (ending == Ending::early && handles_signals()) ask_.emplace(raised_by_signal);
    release_.emplace();
  }

 private:
  std::optional<AskWhile> ask_;
  std::optional<LockReleased> release_;
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

// A read-only array over memory that `base` keeps alive.
template <class T>
py::array_t<T> read_only(const T* data, py::array::ShapeContainer shape, const py::object& base) {
  py::array_t<T> array(std::move(shape), data, base);
  py::detail::array_proxy(array.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
  return array;
}

}  // namespace me::bind
