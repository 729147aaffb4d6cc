// Each segment covers a span of each column; all spans are set in one mask of bits.
#include "ops/stroke/stroke.h"

#include "base/atomics.h"
#include "base/execution.cuh"
#include "geometry/capsule_spans.h"
#include "runs/word_changes.cuh"

namespace me::cuda {
namespace {

// Element i: a segment and a column. Lines are columns, so u and v change places.
template <class Shape>
struct CoverColumn {
  WordGrid grid;
  const BrushPoint* points;
  std::int64_t n;
  std::uint64_t* words;

  ME_HD static BrushPoint turned(const BrushPoint& point) {
    return {point.v, point.u, point.radius};
  }
  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t s = i / grid.width;
    const std::int64_t x = i % grid.width;
    const Shape shape(turned(points[s]), turned(points[s + 1 < n ? s + 1 : s]));
    double first;
    double last;
    shape.lines(&first, &last);
    if (static_cast<double>(x) < first || static_cast<double>(x) > last) return;
    const LineSpan span = shape.span(x, grid.height);
    std::uint64_t* const column = words + x * words_in(grid.height);
    for (std::int64_t y = span.begin; y < span.end;) {
      const std::int64_t word = y / 64;
      const std::int64_t end = span.end < 64 * word + 64 ? span.end : 64 * word + 64;
      atomic_or(column + word, low_bits(end - 64 * word) & ~low_bits(y - 64 * word));
      y = end;
    }
  }
};

}  // namespace

DeviceRuns stroke(const Queue& queue, const BrushPoint* points, std::int64_t n, Size size,
                  BrushShape shape) {
  const WordGrid grid{{1, size.height, size.width}};
  const DeviceArray<BrushPoint> there(queue, n);
  const DeviceArray<std::uint64_t> words(queue, grid.words());
  write(queue, points, n, there.data());
  fill_bytes(queue, words.data(), words.n, 0);
  const std::int64_t segments = n == 0 ? 0 : std::max<std::int64_t>(n - 1, 1);
  const std::int64_t elements = size.height == 0 ? 0 : checked_mul(segments, size.width, "points");
  if (shape == BrushShape::disc) {
    for_each(queue, elements, CoverColumn<SweptDisc>{grid, there.data(), n, words.data()});
  } else {
    for_each(queue, elements, CoverColumn<SweptBox>{grid, there.data(), n, words.data()});
  }
  return runs_of(queue, grid, BitColumns{words.data()});
}

}  // namespace me::cuda
