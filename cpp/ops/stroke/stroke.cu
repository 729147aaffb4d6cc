// Each segment covers a span of each column; all spans are set in one mask of bits.
#include "ops/stroke/stroke.h"

#include <type_traits>
#include <vector>

#include "base/atomics.h"
#include "base/execution.cuh"
#include "geometry/capsule_spans.h"
#include "runs/word_changes.cuh"

namespace me::cuda {
namespace {

// The swept shapes of a brush along a segment from a to b, of which there are `n`.
template <class Shape>
struct OneShape {
  static constexpr std::int64_t n = 1;
  ME_HD Shape operator()(std::int64_t, const BrushPoint& a, const BrushPoint& b) const {
    return Shape(a, b);
  }
};

struct EllipseShape {
  static constexpr std::int64_t n = 1;
  double first, second, cos, sin;
  ME_HD SweptEllipse operator()(std::int64_t, const BrushPoint& a, const BrushPoint& b) const {
    return SweptEllipse(a, b, first, second, cos, sin);
  }
};

struct BitmapShape {
  std::int64_t n;
  const SweptBox::Edges* boxes;
  ME_HD SweptBox operator()(std::int64_t k, const BrushPoint& a, const BrushPoint& b) const {
    return SweptBox(a, b, boxes[k]);
  }
};

// Element i: a segment and a column. Lines are columns, so u and v change places.
template <class Shapes>
struct CoverColumn {
  WordGrid grid;
  const BrushPoint* points;
  std::int64_t n;
  Shapes shapes;
  std::uint64_t* words;

  ME_HD static BrushPoint turned(const BrushPoint& point) {
    return {point.v, point.u, point.radius};
  }
  ME_HD void cover(std::int64_t x, const LineSpan& span) const {
    std::uint64_t* const column = words + x * words_in(grid.height);
    for (std::int64_t y = span.begin; y < span.end;) {
      const std::int64_t word = y / 64;
      const std::int64_t end = span.end < 64 * word + 64 ? span.end : 64 * word + 64;
      atomic_or(column + word, low_bits(end - 64 * word) & ~low_bits(y - 64 * word));
      y = end;
    }
  }
  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t s = i / grid.width;
    const std::int64_t x = i % grid.width;
    const BrushPoint a = turned(points[s]);
    const BrushPoint b = turned(points[s + 1 < n ? s + 1 : s]);
    for (std::int64_t k = 0; k < shapes.n; k++) {
      const auto shape = shapes(k, a, b);
      double first;
      double last;
      shape.lines(&first, &last);
      if (static_cast<double>(x) < first || static_cast<double>(x) > last) continue;
      cover(x, shape.span(x, grid.height));
    }
  }
};

}  // namespace

DeviceRuns stroke(const Queue& queue, const BrushPoint* points, std::int64_t n, Size size,
                  const Brush& brush) {
  const WordGrid grid{{1, size.height, size.width}};
  const DeviceArray<BrushPoint> there(queue, n);
  const DeviceArray<std::uint64_t> words(queue, grid.words());
  write(queue, points, n, there.data());
  fill_bytes(queue, words.data(), words.n, 0);
  const std::int64_t segments = n == 0 ? 0 : std::max<std::int64_t>(n - 1, 1);
  const std::int64_t elements = size.height == 0 ? 0 : checked_mul(segments, size.width, "points");
  const auto cover = [&](const auto& shapes) {
    using Shapes = std::decay_t<decltype(shapes)>;
    for_each(queue, elements, CoverColumn<Shapes>{grid, there.data(), n, shapes, words.data()});
  };
  switch (brush.shape) {
    case BrushShape::disc:
      cover(OneShape<SweptDisc>{});
      break;
    case BrushShape::square:
      cover(OneShape<SweptBox>{});
      break;
    case BrushShape::ellipse:  // cosine and sine change places, too
      cover(EllipseShape{brush.first, brush.second, brush.sin, brush.cos});
      break;
    case BrushShape::bitmap: {
      std::vector<SweptBox::Edges> boxes;
      for (std::int64_t k = 0; k < brush.n_boxes; k++) {
        const SweptBox::Edges& box = brush.boxes[k];
        boxes.push_back({box.v0, box.u0, box.v1, box.u1});
      }
      const DeviceArray<SweptBox::Edges> boxes_there(queue, brush.n_boxes);
      write(queue, boxes.data(), brush.n_boxes, boxes_there.data());
      cover(BitmapShape{brush.n_boxes, boxes_there.data()});
    }
  }
  return runs_of(queue, grid, BitColumns{words.data()});
}

}  // namespace me::cuda
