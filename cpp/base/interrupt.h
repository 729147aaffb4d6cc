// Ending long calls early: kernels poll() while they work, and throw when the call is to end.
#pragma once
#include <atomic>
#include <exception>

namespace me {

// What poll() throws: nobody wants the result any more.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

// To be called after about `ns` nanoseconds of work, between any two steps of it that may be the
// last. Costs a few nanoseconds; looks at the clock once a millisecond of work.
void poll(double ns);

// Whether somebody will be asked on this thread.
bool may_be_interrupted();

// How many askings this thread is within: who is asked may make calls as well.
int handlers_at_work();

// While one lives, poll() on this thread asks `stop` every 50 ms, and throws when it says true.
class AskWhile {
 public:
  explicit AskWhile(bool (*stop)());
  ~AskWhile();
  AskWhile(const AskWhile&) = delete;
  AskWhile& operator=(const AskWhile&) = delete;

 private:
  bool (*before_)();  // of the call whose question this one answers
};

// While one lives, poll() on this thread throws once `failed` is set: another thread gave up.
class StopWhen {
 public:
  explicit StopWhen(const std::atomic<bool>& failed);
  ~StopWhen();
  StopWhen(const StopWhen&) = delete;
  StopWhen& operator=(const StopWhen&) = delete;

 private:
  const std::atomic<bool>* before_;
};

}  // namespace me
