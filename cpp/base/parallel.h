// Loops over items on several threads. Threads are started per call, so nothing survives a fork;
// a loop runs on the caller's thread alone unless it is worth the start (tuning.h).
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include "base/exec.h"
#include "base/tuning.h"

namespace me {

// Chunks to cut [0, n) into, when one item costs about `cost` nanoseconds.
inline std::int64_t chunk_count(const Exec& exec, std::int64_t n, double cost) {
  const double threads_worth = static_cast<double>(n) * cost / tuning::thread_grain_ns;
  const auto useful = static_cast<std::int64_t>(std::min(threads_worth, 4096.0));
  if (exec.threads <= 1 || useful <= 1) return 1;
  return std::min<std::int64_t>({n, useful, static_cast<std::int64_t>(exec.threads) * 8});
}

// Calls work(chunk, begin, end) for `chunks` stretches [begin, end) that tile [0, n) in order.
// The first exception is rethrown here after every thread has stopped.
template <class Work>
void for_chunks(const Exec& exec, std::int64_t n, std::int64_t chunks, Work work) {
  const auto bound = [n, chunks](std::int64_t c) {
    return n / chunks * c + std::min(c, n % chunks);
  };
  if (chunks <= 1) {
    work(std::int64_t{0}, std::int64_t{0}, n);
    return;
  }
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  const auto loop = [&] {
    for (std::int64_t c = next++; c < chunks && !failed; c = next++) {
      try {
        work(c, bound(c), bound(c + 1));
      } catch (...) {
        if (!failed.exchange(true)) failure = std::current_exception();
      }
    }
  };
  std::vector<std::thread> helpers;
  const auto wanted = std::min<std::int64_t>(exec.threads, chunks) - 1;
  try {
    for (std::int64_t i = 0; i < wanted; i++) helpers.emplace_back(loop);
  } catch (const std::exception&) {
    // No more threads to be had: those that started, and this one, do the work.
  }
  loop();
  for (std::thread& helper : helpers) helper.join();
  if (failed) std::rethrow_exception(failure);
}

// Calls work(begin, end) on stretches of [0, n), each item costing about `cost` nanoseconds.
template <class Work>
void for_ranges(const Exec& exec, std::int64_t n, double cost, Work work) {
  for_chunks(exec, n, chunk_count(exec, n, cost),
             [&work](std::int64_t, std::int64_t begin, std::int64_t end) { work(begin, end); });
}

}  // namespace me
