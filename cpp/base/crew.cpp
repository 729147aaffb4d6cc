#include "base/crew.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <list>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "base/tuning.h"
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#define ME_POSIX_THREADS 1
#endif

namespace me {
namespace {

using Clock = std::chrono::steady_clock;

long process() {
#if defined(ME_POSIX_THREADS)
  return static_cast<long>(getpid());
#else
  return 0;
#endif
}

// While one lives, threads that are started leave signals to others.
class SignalsElsewhere {
 public:
#if defined(ME_POSIX_THREADS)
  SignalsElsewhere() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsElsewhere() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
#else
  SignalsElsewhere() = default;
#endif
  SignalsElsewhere(const SignalsElsewhere&) = delete;
  SignalsElsewhere& operator=(const SignalsElsewhere&) = delete;

#if defined(ME_POSIX_THREADS)
 private:
  sigset_t before_;
#endif
};

// Whether there is memory for what a new thread has of its own: the C library ends the process
// where there is none.
bool has_memory() {
  void* const block = std::malloc(std::size_t{1} << 16);
  std::free(block);
  return block != nullptr;
}

// Looks again and again for a moment, then says whether it was so: a thread that sleeps takes
// longer to wake.
template <class Ready>
bool soon(Ready ready) {
  const auto end = Clock::now() + std::chrono::microseconds(tuning::spin_us);
  while (!ready()) {
    if (Clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

// Never destroyed: threads of it may wait when the process ends.
class Crew {
 public:
  // Of this process: threads do not survive a fork.
  static Crew& here() {
    Crew* crew = current.load(std::memory_order_acquire);
    while (crew == nullptr || crew->process_ != process()) {
      Crew* const made = new Crew;
      if (current.compare_exchange_strong(crew, made)) {
        crew = made;
        before_forks();
      } else {
        delete made;
      }
    }
    return *crew;
  }

  void offer(SharedWork& work) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      open_.push_back(&work);
      n_open_ += work.wanted_;
      int missing = std::min(work.wanted_, n_open_ - idle_);
      while (missing > 0 && start()) missing--;
    }
    offered_.notify_all();
  }

  // Takes back what nobody joined.
  void withdraw(SharedWork& work) {
    const std::lock_guard<std::mutex> lock(mutex_);
    n_open_ -= work.wanted_;
    work.wanted_ = 0;
    open_.erase(std::remove(open_.begin(), open_.end(), &work), open_.end());
  }

  void wait(SharedWork& work, bool asking) {
    constexpr auto patience = std::chrono::milliseconds(20);
    const auto ended = [&work] { return work.running_ == 0; };
    soon(ended);
    std::unique_lock<std::mutex> lock(mutex_);
    if (!asking) {
      ended_.wait(lock, ended);
      return;
    }
    while (!ended_.wait_for(lock, patience, ended)) {
      lock.unlock();
      poll(20e6);
      lock.lock();
    }
  }

  // Ends the threads that wait, and waits for that.
  void dismiss() {
    std::unique_lock<std::mutex> lock(mutex_);
    dismissed_ = true;
    offered_.notify_all();
    ended_.wait(lock, [this] { return idle_ == 0; });
    Threads left;
    left.splice(left.end(), left_);
    lock.unlock();
    for (std::thread& thread : left) thread.join();
    lock.lock();
    dismissed_ = false;
  }

 private:
  using Threads = std::list<std::thread>;

  Crew() = default;

  // A process that forks has no other threads then, unless others of it work right now.
  static void before_forks() {
#if defined(ME_POSIX_THREADS)
    static std::once_flag once;
    std::call_once(once, [] {
      pthread_atfork(
          [] {
            Crew* const crew = current.load(std::memory_order_acquire);
            if (crew != nullptr && crew->process_ == process()) crew->dismiss();
          },
          nullptr, nullptr);
    });
#endif
  }

  // Starts a thread, which is idle until it has work; false where no more are to be had: those
  // there are, and the callers, do the work. Called with the lock.
  bool start() noexcept {
    try {
      const SignalsElsewhere elsewhere;
      threads_.emplace_back();
      const Threads::iterator own = std::prev(threads_.end());
      try {
        *own = std::thread([this, own] { serve(own); });
      } catch (const std::exception&) {
        threads_.erase(own);
        return false;
      }
      idle_++;
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  // What a thread does: whatever is offered, until nothing is for a while.
  void serve(Threads::iterator own) {
    const bool ready = has_memory();
    std::unique_lock<std::mutex> lock(mutex_);
    const auto called = [this] { return n_open_ > 0 || dismissed_; };
    while (ready) {
      if (!called()) {
        lock.unlock();
        soon(called);
        lock.lock();
      }
      const auto patience = std::chrono::milliseconds(tuning::idle_ms);
      if (!offered_.wait_for(lock, patience, called) || dismissed_) break;
      work_on(*open_.front(), lock);
    }
    idle_--;
    if (dismissed_) {
      left_.splice(left_.end(), threads_, own);
      ended_.notify_all();
    } else {
      own->detach();
      threads_.erase(own);
    }
  }

  void work_on(SharedWork& work, std::unique_lock<std::mutex>& lock) {
    work.running_++;
    n_open_--;
    if (--work.wanted_ == 0) open_.erase(open_.begin());
    idle_--;
    lock.unlock();
    work.run_(work.context_);
    lock.lock();
    idle_++;
    if (--work.running_ == 0) ended_.notify_all();
  }

  static std::atomic<Crew*> current;

  const long process_ = process();
  std::mutex mutex_;
  std::condition_variable offered_, ended_;
  std::vector<SharedWork*> open_;  // that threads may join
  std::atomic<int> n_open_{0};     // threads that are wanted
  std::atomic<bool> dismissed_{false};
  int idle_ = 0;            // threads that wait, or are about to
  Threads threads_, left_;  // those that serve, and those that were dismissed
};

std::atomic<Crew*> Crew::current{nullptr};

SharedWork::SharedWork(int wanted, void (*run)(void*), void* context)
    : run_(run), context_(context), wanted_(wanted) {
  if (wanted <= 0) return;
  try {
    Crew& crew = Crew::here();
    crew.offer(*this);
    crew_ = &crew;
  } catch (const std::bad_alloc&) {
    // No memory to ask for others: the caller does the work.
  }
}

SharedWork::~SharedWork() {
  if (crew_ == nullptr) return;
  crew_->withdraw(*this);
  crew_->wait(*this, false);
}

void SharedWork::wait() {
  if (crew_ == nullptr) return;
  crew_->withdraw(*this);
  crew_->wait(*this, may_be_interrupted());
}

}  // namespace me
