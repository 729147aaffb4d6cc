#include "ops/perimeter/perimeter.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/poll_some.h"
#include "runs/bits.h"
#include "runs/spans.h"

namespace me::cpu {
namespace {

// Foreground pixels whose right-hand neighbour is foreground: the mask against itself moved by
// one column, which in the column-major order is a move by `height` positions.
std::int64_t pairs_across(const RunList& runs) {
  const std::int64_t height = runs.size.height;
  SpanCursor ahead(runs);
  SpanCursor behind(runs);
  std::int64_t pairs = 0;
  while (!ahead.done() && !behind.done()) {
    const std::int64_t begin = std::max(ahead.begin(), behind.begin() + height);
    const std::int64_t end = std::min(ahead.end(), behind.end() + height);
    pairs += std::max<std::int64_t>(end - begin, 0);
    if (ahead.end() <= behind.end() + height) {
      ahead.step();
    } else {
      behind.step();  // it lies before a span of `ahead`, so it is not the last
    }
  }
  return pairs;
}

std::int64_t perimeter_of(const RunList& runs) {
  const std::int64_t height = runs.size.height;
  if (height == 0 || runs.size.width == 0) return 0;
  std::int64_t area = 0;
  std::int64_t stretches = 0;  // a span cut where it goes on in the next column
  std::int64_t column = 0;     // first position of the column in which the last span ended
  for (SpanCursor span(runs); !span.done(); span.step()) {
    area += span.end() - span.begin();
    if (span.end() - column > height) {
      const std::int64_t first = (span.begin() - column) / height;
      const std::int64_t last = (span.end() - 1 - column) / height;
      stretches += last - first;
      column += last * height;
    }
    stretches++;
  }
  return 2 * stretches + 2 * (area - pairs_across(runs));
}

// Positions p in [0, n - step) of a string of n bits where p and p + step both have one.
std::int64_t pairs_apart(const std::uint64_t* words, std::int64_t n, std::int64_t step) {
  constexpr std::int64_t at_once = 512;
  std::uint64_t both[at_once];
  std::int64_t pairs = 0;
  const std::int64_t last = n - step;
  for (std::int64_t begin = 0; begin < last; begin += 64 * at_once) {
    const std::int64_t bits = std::min(64 * at_once, last - begin);
    const std::int64_t n_words = words_for(bits);
    const std::uint64_t* const here = words + begin / 64;
    for (std::int64_t k = 0; k < n_words; k++) {
      both[k] = here[k] & word_at(words, begin + 64 * k + step);
    }
    clear_tail(both, bits);
    pairs += bit_kernels().count(both, n_words);
    poll(static_cast<double>(n_words));
  }
  return pairs;
}

std::int64_t perimeter_of(const std::uint64_t* words, Size size) {
  const std::int64_t area = size.area();
  if (area == 0) return 0;
  const auto is_set = [words](std::int64_t p) { return words[p / 64] >> (p % 64) & 1; };
  std::int64_t down = pairs_apart(words, area, 1);
  for (std::int64_t x = 1; x < size.width; x++) {
    const std::int64_t p = x * size.height;
    down -= static_cast<std::int64_t>(is_set(p - 1) & is_set(p));  // one column's last, another's
    poll_some(x, 1);
  }
  const std::int64_t across = pairs_apart(words, area, size.height);
  return 4 * bit_kernels().count(words, words_for(area)) - 2 * (down + across);
}

}  // namespace

void perimeter(const PackedView& masks, std::int64_t* lengths, const Exec& exec) {
  for_ranges(exec, masks.n, 100 + 2 * masks.mean_words(),
             [&](std::int64_t begin, std::int64_t end) {
               for (std::int64_t i = begin; i < end; i++) {
                 lengths[i] = perimeter_of(masks.mask(i), masks.size(i));
               }
             });
}

void perimeter(const RunsView& masks, std::int64_t* lengths, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, 10.0 + 2.5 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) lengths[i] = perimeter_of(masks[i]);
  });
}

}  // namespace me::cpu
