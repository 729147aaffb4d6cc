// The interpreter lock, given up for a while.
#pragma once
#include <pybind11/pybind11.h>

#include <chrono>
#include <thread>

namespace me::bind {

// Releases the interpreter lock. While the interpreter ends, other threads that take the lock again
// are ended by unwinding them, which no destructor allows (std::terminate); so they wait for the
// end of the process, as Python 3.14 lets them.
class LockReleased {
 public:
  LockReleased() : state_(PyEval_SaveThread()) {}
  LockReleased(const LockReleased&) = delete;
  LockReleased& operator=(const LockReleased&) = delete;
  ~LockReleased() {
    try {
      PyEval_RestoreThread(state_);
    } catch (...) {  // nothing but that unwinding
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
  }

 private:
  PyThreadState* state_;
};

}  // namespace me::bind
