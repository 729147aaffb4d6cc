// Loops over items on several threads (crew.h). A loop runs on the caller's thread alone unless it
// is worth the others (tuning.h).
#pragma once
#include <algorithm>
#include <cstdint>

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

// What for_chunks calls for each stretch, without its type: sharing it is compiled once.
struct ChunkWork {
  void (*call)(void* work, std::int64_t chunk, std::int64_t begin, std::int64_t end);
  void* work;
};

// for_chunks on several threads.
void share_chunks(const Exec& exec, std::int64_t n, std::int64_t chunks, const ChunkWork& work);

// Calls work(chunk, begin, end) for `chunks` stretches [begin, end) that tile [0, n) in order.
// The first exception is rethrown here after every thread has stopped.
template <class Work>
void for_chunks(const Exec& exec, std::int64_t n, std::int64_t chunks, Work work) {
  if (chunks <= 1) {
    work(std::int64_t{0}, std::int64_t{0}, n);
    return;
  }
  const auto call = [](void* self, std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    (*static_cast<Work*>(self))(chunk, begin, end);
  };
  share_chunks(exec, n, chunks, {call, &work});
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
               for (;;) {  // one call of `work` in the code, which is often inlined
                 const std::int64_t until = end - begin > step ? begin + step : end;
                 work(begin, until);
                 if (until == end) return;
                 poll(cost * static_cast<double>(until - begin));
                 begin = until;
               }
             });
}

}  // namespace me
