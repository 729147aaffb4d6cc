// RunCursor, for_each_span: hand-drawn stretches, and counts that lie about the area.
#include "check.h"
#include "drawn.h"
#include "runs/cursor.h"

using Counts = std::vector<std::uint32_t>;

namespace {

me::RunList list(const Counts& counts, me::Size size) {
  return {counts.data(), static_cast<std::int64_t>(counts.size()), size};
}

std::string spans(const Counts& counts, me::Size size) {
  std::string text;
  me::for_each_span(list(counts, size), [&](std::int64_t begin, std::int64_t end) {
    text += "[" + std::to_string(begin) + "," + std::to_string(end) + ")";
  });
  return text;
}

// Walks with the cursor and draws the pixels.
std::string pixels(const Counts& counts, me::Size size) {
  std::string text;
  for (me::RunCursor cursor(list(counts, size)); !cursor.done(); cursor.advance(cursor.left())) {
    text.append(static_cast<std::size_t>(cursor.left()), cursor.value() ? '#' : '.');
  }
  return text;
}

}  // namespace

ME_TEST(spans_of_drawn_masks) {
  CHECK_EQUAL(spans({2, 3, 1}, {2, 3}), "[2,5)");
  CHECK_EQUAL(spans({0, 6}, {2, 3}), "[0,6)");
  CHECK_EQUAL(spans({0, 2, 0, 4}, {2, 3}), "[0,2)[2,6)");
  CHECK_EQUAL(spans({6}, {2, 3}), "");
  CHECK_EQUAL(spans({0}, {0, 3}), "");
}

ME_TEST(cursor_draws_the_mask) {
  CHECK_EQUAL(pixels({2, 3, 1}, {2, 3}), "..###.");
  CHECK_EQUAL(pixels({0, 1, 0, 1, 4}, {2, 3}), "##....");
  CHECK_EQUAL(pixels({0}, {0, 0}), "");
}

ME_TEST(counts_that_lie_stay_inside_the_mask) {
  CHECK_EQUAL(pixels({2, UINT32_MAX, 7}, {2, 3}), "..####");
  CHECK_EQUAL(pixels({1, 2}, {2, 3}), ".##...");
  CHECK_EQUAL(spans({2, UINT32_MAX, 7, 9}, {2, 3}), "[2,6)");
}
