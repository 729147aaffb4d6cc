// CPU levels, threads, interruption, limits, checked arithmetic.
#if defined(__linux__)
#include <fcntl.h>
#include <unistd.h>
#endif

#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "base/checked.h"
#include "base/dispatch.h"
#include "base/error.h"
#include "base/file_system.h"
#include "base/id_set.h"
#include "base/interrupt.h"
#include "base/limits.h"
#include "base/parallel.h"
#include "check.h"

ME_TEST(every_level_can_be_forced) {
  const auto levels = me::available_levels();
  CHECK(levels.front() == me::Level::scalar);
  for (const me::Level level : levels) {
    me::force_level(me::level_name(level));
    CHECK(me::active_level() == level);
  }
  me::force_level("auto");
  CHECK(me::active_level() == levels.back());
  CHECK_THROWS(me::Error, me::force_level("sse9"), {
    CHECK_EQUAL(caught.parameter, "level");
    CHECK(std::string(caught.what()).find("got 'sse9'") != std::string::npos);
  });
}

ME_TEST(select_falls_back_to_the_next_lower_level) {
  using Kernel = int (*)();
  const Kernel scalar = [] { return 0; };
  const Kernel avx2 = [] { return 2; };
  const Kernel missing = nullptr;
  me::force_level("scalar");
  CHECK_EQUAL(me::select(scalar, avx2, missing)(), 0);
  for (const me::Level level : me::available_levels()) {
    me::force_level(me::level_name(level));
    const bool x86 = level == me::Level::avx2 || level == me::Level::avx512;
    CHECK_EQUAL(me::select(scalar, avx2, missing)(), x86 ? 2 : 0);
  }
  me::force_level("auto");
}

ME_TEST(ranges_tile_exactly) {
  for (const int threads : {1, 2, 3, 8}) {
    for (const std::int64_t n : {0, 1, 7, 64, 1001}) {
      std::vector<std::atomic<int>> seen(static_cast<std::size_t>(n));
      me::for_ranges(me::Exec{threads}, n, 1e6, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; i++) seen[static_cast<std::size_t>(i)]++;
      });
      for (const auto& times : seen) CHECK_EQUAL(times.load(), 1);
    }
  }
}

ME_TEST(small_work_stays_on_the_calling_thread) {
  const auto caller = std::this_thread::get_id();
  me::for_ranges(me::Exec{8}, 100, 1.0,
                 [&](std::int64_t, std::int64_t) { CHECK(std::this_thread::get_id() == caller); });
}

ME_TEST(the_first_exception_arrives_after_all_threads_stopped) {
  std::atomic<int> running{0};
  const auto work = [&](std::int64_t begin, std::int64_t) {
    running++;
    const bool fail = begin > 0;
    running--;
    if (fail) throw me::Error(me::ErrorKind::argument, "item", "expected zero", begin);
  };
  CHECK_THROWS(me::Error, me::for_ranges(me::Exec{4}, 64, 1e6, work), {
    CHECK_EQUAL(running.load(), 0);
    CHECK_EQUAL(caught.parameter, "item");
  });
}

ME_TEST(sizes_do_not_overflow) {
  CHECK_EQUAL(me::checked_mul(INT32_MAX, INT32_MAX, "size"), std::int64_t{INT32_MAX} * INT32_MAX);
  CHECK_THROWS(me::Error, me::checked_mul(INT64_MAX, 2, "size"),
               { CHECK(caught.kind == me::ErrorKind::limit); });
  CHECK_THROWS(me::Error, me::checked_add(INT64_MAX, 1, "size"),
               { CHECK_EQUAL(caught.parameter, "size"); });
}

namespace {

std::atomic<int> asked{0};
bool never() {
  asked++;
  return false;
}
bool at_once() {
  asked++;
  return true;
}
void work_for(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) me::poll(1e6);
}

}  // namespace

ME_TEST(a_call_ends_when_whoever_is_asked_says_so) {
  work_for(std::chrono::milliseconds(2));  // nobody is asked
  CHECK(!me::may_be_interrupted());
  asked = 0;
  {
    const me::AskWhile ask(never);
    CHECK(me::may_be_interrupted());
    work_for(std::chrono::milliseconds(120));
    CHECK(asked >= 1);
  }
  const me::AskWhile ask(at_once);
  CHECK_THROWS(me::Interrupted, work_for(std::chrono::minutes(1)),
               { CHECK_EQUAL(std::string(caught.what()), "interrupted"); });
  // the thread that called is asked, also while it waits for the others; then all stop
  const std::thread::id caller = std::this_thread::get_id();
  for (const bool waits : {false, true}) {
    std::atomic<bool> started{false};  // by the other thread
    const auto work = [&](std::int64_t, std::int64_t, std::int64_t) {
      if (std::this_thread::get_id() != caller) started = true;
      while (!started) std::this_thread::yield();
      if (!waits || std::this_thread::get_id() != caller) work_for(std::chrono::minutes(1));
    };
    CHECK_THROWS(me::Interrupted, me::for_chunks(me::Exec{2}, 2, 2, work),
                 { CHECK_EQUAL(std::string(caught.what()), "interrupted"); });
  }
}

ME_TEST(limits_have_names_and_can_be_raised) {
  CHECK_EQUAL(std::string(me::limit_name(me::Limit::json_depth)), "json_depth");
  const std::int64_t before = me::limit_of(me::Limit::crossings);
  me::set_limit(me::Limit::crossings, 7);
  me::check_limit(me::Limit::crossings, 7, "polygons");
  CHECK_THROWS(me::LimitError, me::check_limit(me::Limit::crossings, 8, "polygons", 3), {
    CHECK_EQUAL(std::string(caught.name), "crossings");
    CHECK_EQUAL(caught.value, 8);
    CHECK_EQUAL(caught.index, 3);
    CHECK_EQUAL(std::string(caught.what()), "the limit crossings of 7 would be passed: 8");
  });
  me::set_limit(me::Limit::crossings, before);
}

ME_TEST(ids_that_were_there_before) {
  std::mt19937_64 random(3);
  std::set<std::int64_t> known;
  me::IdSet ids;
  for (int k = 0; k < 5000; k++) {
    const auto id = static_cast<std::int64_t>(random() % 3000) - 5;
    CHECK_EQUAL(ids.add(id), known.insert(id).second);
  }
}

ME_TEST(a_file_system_is_synced_where_there_is_one) {
  CHECK(!me::sync_file_system(-1));
#if defined(__linux__)
  const int folder = open("/proc", O_RDONLY);
  CHECK(folder >= 0 && me::sync_file_system(folder));
  close(folder);
#endif
}
