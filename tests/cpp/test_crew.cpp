// Threads that are kept between calls: nested loops, loops that throw, and forks, from many at
// once.
#include <atomic>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/parallel.h"
#include "check.h"
#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

// Loops over n items in chunks, each of which may be a loop itself, and counts each item.
std::vector<int> counted(int threads, std::int64_t n, std::int64_t chunks, bool nested) {
  std::vector<int> times(static_cast<std::size_t>(n), 0);
  me::for_chunks(me::Exec{threads}, n, chunks,
                 [&](std::int64_t, std::int64_t begin, std::int64_t end) {
                   const auto count = [&](std::int64_t, std::int64_t from, std::int64_t to) {
                     for (std::int64_t i = from; i < to; i++) {
                       times[static_cast<std::size_t>(begin + i)]++;
                     }
                   };
                   me::for_chunks(me::Exec{2}, end - begin, nested ? 2 : 1, count);
                 });
  return times;
}

// Whether one of the chunks that throws is what the caller gets.
bool throws(int threads, std::int64_t chunks) {
  try {
    me::for_chunks(me::Exec{threads}, chunks, chunks,
                   [](std::int64_t c, std::int64_t, std::int64_t) {
                     if (c % 3 == 1) throw std::runtime_error("chunk");
                   });
  } catch (const std::runtime_error&) {
    return true;
  }
  return false;
}

}  // namespace

ME_TEST(loops_of_many_callers_share_threads) {
  std::atomic<int> wrong{0};
  const auto call = [&wrong](unsigned seed) {
    std::mt19937 random(seed);
    for (int k = 0; k < 200; k++) {
      const int threads = 1 + static_cast<int>(random() % 5);
      const auto n = static_cast<std::int64_t>(2 + random() % 50);
      const auto chunks = static_cast<std::int64_t>(1 + random() % n);
      for (const int times : counted(threads, n, chunks, k % 2 == 0)) wrong += times != 1;
      wrong += !throws(threads, n);
    }
  };
  std::vector<std::thread> callers;
  for (unsigned seed = 0; seed < 4; seed++) callers.emplace_back(call, seed);
  for (std::thread& caller : callers) caller.join();
  CHECK_EQUAL(wrong.load(), 0);
}

#if defined(__unix__)
ME_TEST(a_fork_has_threads_of_its_own) {
  for (int k = 0; k < 5; k++) {
    counted(3, 100, 100, false);
    const pid_t child = fork();
    if (child == 0) {
      int wrong = 0;
      for (const int times : counted(3, 100, 100, false)) wrong += times != 1;
      _exit(wrong);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_EQUAL(status, 0);
  }
}
#endif
