// How calls run: on which threads, and without the interpreter lock while they take long.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/interrupt.h"
#include "bind/lock_released.h"

namespace me::bind {

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

}  // namespace me::bind
