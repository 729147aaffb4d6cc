// Buffer, Runs, validate, RunBuilder, collect.
#include "base/parallel.h"
#include "check.h"
#include "drawn.h"
#include "runs/builder.h"
#include "runs/collect.h"

using me::Buffer;
using me::Runs;
using Counts = std::vector<std::uint32_t>;

ME_TEST(buffer_grows_and_keeps_values) {
  Buffer<int> buffer;
  for (int i = 0; i < 1000; i++) buffer.push_back(i);
  Buffer<int> copy(buffer);
  buffer.truncate(1);
  CHECK_EQUAL(copy.size(), 1000);
  CHECK_EQUAL(copy[999], 999);
  CHECK_EQUAL(buffer.back(), 0);
  CHECK_THROWS(std::bad_alloc, buffer.grow(INT64_MAX / 2), {});
}

ME_TEST(validate_gives_the_reason_and_the_item) {
  Runs runs;
  drawn::add(runs, {2, 3, 1}, {2, 3});
  drawn::add(runs, {0, 5}, {2, 3});
  std::int64_t index = 7;
  const auto view = runs.view();
  const std::string reason =
      me::validate(view.counts, runs.counts.size(), view.offsets, 3, view.sizes, 2, &index);
  CHECK_EQUAL(index, 1);
  CHECK_EQUAL(reason, "expected counts that sum to 2 * 3 = 6, got a sum of 5");
  CHECK(me::validate(view[0]).empty());
}

ME_TEST(validate_reads_nothing_outside) {
  const std::uint32_t counts[] = {6};
  const std::int64_t sizes[] = {2, 3};
  std::int64_t index = 0;
  for (const auto& offsets : {std::vector<std::int64_t>{0, 2}, {-1, 1}, {1, 0}, {5, 5}, {0}}) {
    const auto n = static_cast<std::int64_t>(offsets.size());
    CHECK(!me::validate(counts, 1, offsets.data(), n, sizes, 1, &index).empty());
  }
  CHECK(!me::validate({counts, 1, {-2, -3}}).empty());
  CHECK(!me::validate({counts, 1, {std::int64_t{1} << 31, 0}}).empty());
  CHECK(!me::validate({counts, 0, {0, 0}}).empty());
}

ME_TEST(builder_joins_equal_runs_and_drops_empty_ones) {
  Buffer<std::uint32_t> counts;
  me::RunBuilder builder(counts);
  builder.append(true, 2);
  builder.append(false, 0);
  builder.append(true, 3);
  builder.append(false, 1);
  builder.finish();
  CHECK(drawn::values(counts) == (Counts{0, 5, 1}));
}

ME_TEST(builder_splits_runs_above_32_bits) {
  Buffer<std::uint32_t> counts;
  me::RunBuilder builder(counts);
  builder.append(false, 1);
  builder.append(true, 2 * std::int64_t{UINT32_MAX} + 5);
  builder.finish();
  CHECK(drawn::values(counts) == (Counts{1, UINT32_MAX, 0, UINT32_MAX, 0, 5}));
}

ME_TEST(toggles_cancel_in_pairs) {
  Buffer<std::uint32_t> counts;
  const std::int64_t positions[] = {0, 2, 2, 4};
  me::append_toggles(counts, positions, 4, 6);
  CHECK(drawn::values(counts) == (Counts{0, 4, 2}));
}

ME_TEST(collect_does_not_depend_on_threads) {
  const auto make = [](std::int64_t i, Buffer<std::uint32_t>& counts) {
    for (std::int64_t k = 0; k <= i % 5; k++) counts.push_back(static_cast<std::uint32_t>(i));
    return me::Size{i * (i % 5 + 1), 1};
  };
  const Runs alone = me::collect(me::Exec{1}, 1000, 1e5, make);
  for (int threads = 2; threads <= 4; threads++) {
    const Runs together = me::collect(me::Exec{threads}, 1000, 1e5, make);
    CHECK(drawn::values(together.counts) == drawn::values(alone.counts));
    CHECK_EQUAL(together.n(), 1000);
    for (std::int64_t i = 0; i < 1000; i++) {
      CHECK(together.offsets[i + 1] == alone.offsets[i + 1]);
      CHECK(together.view().size(i) == alone.view().size(i));
    }
  }
}
