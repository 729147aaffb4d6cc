// What a long call under the interpreter lock owes to others: signals, threads, the collector.
#pragma once
#include <pybind11/pybind11.h>

#include <chrono>
#include <utility>
#include <vector>

#include "bind/lock_released.h"

namespace me::bind {

namespace py = pybind11;

// To be asked between items of a long loop that makes or reads Python's objects.
class Turns {
 public:
  // Runs the handlers of signals, and throws what one raised. Gives the interpreter lock up for a
  // moment when it was held for as long as Python's own code holds it at most.
  void take() {
    if (taken_++ % items_between != 0) return;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    const auto now = std::chrono::steady_clock::now();
    if (now - since_ < std::chrono::milliseconds(5)) return;
    {
      const LockReleased others_turn;
    }
    since_ = std::chrono::steady_clock::now();
  }

 private:
  static constexpr unsigned items_between = 1024;

  unsigned taken_ = 0;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

// New lists and dictionaries that the collector of cycles passes over until all are made: before
// Python 3.12 it walks over them again and again while they become more, which takes twice as long
// as making them.
class Untracked {
 public:
  Untracked() = default;
  Untracked(const Untracked&) = delete;
  Untracked& operator=(const Untracked&) = delete;
  ~Untracked() {
    for (const py::object& made : made_) {
      if (PyObject_GC_IsTracked(made.ptr()) == 0) PyObject_GC_Track(made.ptr());
    }
  }

  // Nobody but the caller has the object yet.
  void add(py::object made) {
    made_.push_back(std::move(made));
    if (PyObject_GC_IsTracked(made_.back().ptr()) != 0) PyObject_GC_UnTrack(made_.back().ptr());
  }

  const py::object& last() const { return made_.back(); }

 private:
  std::vector<py::object> made_;
};

}  // namespace me::bind
