// Threads that share the work of a call, kept for a moment for the calls that follow: a new thread
// takes 15-40 us to start, and has none of the memory that one keeps (buffer.h).
#pragma once
#include <atomic>

namespace me {

class Crew;

// Work that others may join while one lives. It is made by the thread that does the work, too.
class SharedWork {
 public:
  // Asks for up to `wanted` threads, each of which calls run(context) once, and which may come late
  // or never: then the rest is done without them.
  SharedWork(int wanted, void (*run)(void*), void* context);
  // Waits for those that came.
  ~SharedWork();
  SharedWork(const SharedWork&) = delete;
  SharedWork& operator=(const SharedWork&) = delete;

  // Nobody joins any more. Waits for those that did; polls meanwhile, which may throw.
  void wait();

 private:
  friend class Crew;

  void (*run_)(void*);
  void* context_;
  Crew* crew_ = nullptr;
  int wanted_;                   // that may still join
  std::atomic<int> running_{0};  // that did, and have not ended
};

}  // namespace me
