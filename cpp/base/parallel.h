// Loops over items on several threads. Threads are started per call, so nothing survives a fork;
// a loop runs on the caller's thread alone unless it is worth the start (tuning.h).
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/exec.h"
#include "base/interrupt.h"
#include "base/tuning.h"

namespace me {

// Chunks to cut [0, n) into, when one item costs about `cost` nanoseconds. More than threads, so
// that one that began late or met the dearer items does not keep the others waiting.
inline std::int64_t chunk_count(const Exec& exec, std::int64_t n, double cost,
                                std::int64_t per_thread = 8) {
  const double threads_worth = static_cast<double>(n) * cost / tuning::thread_grain_ns;
  const auto useful = static_cast<std::int64_t>(std::min(threads_worth, 4096.0));
  if (exec.threads <= 1 || useful <= 1) return 1;
  if (useful < exec.threads) return std::min(n, useful);
  return std::min<std::int64_t>({n, 4 * useful, exec.threads * per_thread});
}

// Where chunk c of [0, n) begins.
inline std::int64_t chunk_begin(std::int64_t n, std::int64_t chunks, std::int64_t c) {
  return n / chunks * c + std::min(c, n % chunks);
}

// Counts helpers that ended, so that whoever waits for them can be interrupted.
class Ended {
 public:
  void add_one() {
    const std::lock_guard<std::mutex> lock(mutex_);
    n_++;
    changed_.notify_one();
  }
  // Returns once there are n; polls meanwhile, which may throw.
  void wait_for(std::size_t n) {
    constexpr auto patience = std::chrono::milliseconds(20);
    std::unique_lock<std::mutex> lock(mutex_);
    while (!changed_.wait_for(lock, patience, [this, n] { return n_ == n; })) {
      lock.unlock();
      poll(20e6);
      lock.lock();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t n_ = 0;
};

// Calls work(chunk, begin, end) for `chunks` stretches [begin, end) that tile [0, n) in order.
// The first exception is rethrown here after every thread has stopped.
template <class Work>
void for_chunks(const Exec& exec, std::int64_t n, std::int64_t chunks, Work work) {
  if (chunks <= 1) {
    work(std::int64_t{0}, std::int64_t{0}, n);
    return;
  }
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  const auto fail = [&] {
    if (!failed.exchange(true)) failure = std::current_exception();
  };
  const auto loop = [&] {
    const StopWhen stop(failed);
    for (std::int64_t c = next++; c < chunks && !failed; c = next++) {
      try {
        work(c, chunk_begin(n, chunks, c), chunk_begin(n, chunks, c + 1));
      } catch (...) {
        fail();
      }
    }
  };
  Ended ended;
  std::vector<std::thread> helpers;
  const auto wanted = std::min<std::int64_t>(exec.threads, chunks) - 1;
  try {
    for (std::int64_t i = 0; i < wanted; i++) {
      helpers.emplace_back([&loop, &ended] {
        loop();
        ended.add_one();
      });
    }
  } catch (const std::exception&) {
    // No more threads to be had: those that started, and this one, do the work.
  }
  loop();
  try {
    if (may_be_interrupted()) ended.wait_for(helpers.size());
  } catch (const Interrupted&) {
    fail();
  }
  for (std::thread& helper : helpers) helper.join();
  if (failed) std::rethrow_exception(failure);
}

// Calls work(begin, end) on stretches of [0, n), each item costing about `cost` nanoseconds. The
// stretches are short enough for a call to be interrupted between them.
template <class Work>
void for_ranges(const Exec& exec, std::int64_t n, double cost, Work work) {
  constexpr double long_ns = 4e6;
  const auto stretch = static_cast<std::int64_t>(long_ns / std::max(cost, 1e-3));
  for_chunks(exec, n, chunk_count(exec, n, cost),
             [&work, cost, stretch](std::int64_t, std::int64_t begin, std::int64_t end) {
               const std::int64_t step = std::max<std::int64_t>(stretch, 1);
               while (end - begin > step) {
                 work(begin, begin + step);
                 begin += step;
                 poll(cost * static_cast<double>(step));
               }
               work(begin, end);
             });
}

}  // namespace me
