// CPU levels, threads, checked arithmetic.
#include <atomic>
#include <thread>

#include "base/checked.h"
#include "base/dispatch.h"
#include "base/error.h"
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
