#include "ops/perimeter/perimeter.h"

#include <algorithm>

#include "base/parallel.h"
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

}  // namespace

void perimeter(const RunsView& masks, std::int64_t* lengths, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, 10.0 + 2.5 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) lengths[i] = perimeter_of(masks[i]);
  });
}

}  // namespace me::cpu
