#include "ops/simplify/item_pixels.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace me::cpu {
namespace {

// Crossings of edges and columns of one item: its spans then take no more than 1.5 GiB.
constexpr std::int64_t most_crossings = std::int64_t{1} << 27;

}  // namespace

void ItemPixels::add_ring(const Ring& ring, GridPoint origin, std::int64_t item) {
  if (ring.n == 0) return;
  const auto at = [&](std::int64_t i) {
    const GridPoint p = snap(ring.xy + 2 * i);
    return GridPoint{p.x - origin.x, p.y - origin.y};
  };
  GridPoint a = at(ring.n - 1);
  for (std::int64_t i = 0; i < ring.n; i++) {
    const GridPoint b = at(i);
    const GridPoint left = a.x < b.x ? a : b;
    const GridPoint right = a.x < b.x ? b : a;
    const ColumnSpan columns = columns_between(left.x, right.x);
    if (columns.first <= columns.last) {
      crossings_ += columns.n();
      edges_.push_back({static_cast<std::int32_t>(columns.first),
                        static_cast<std::int32_t>(columns.last), left, right});
    }
    a = b;
  }
  if (crossings_ > most_crossings) {
    throw Error(ErrorKind::limit, "polygons",
                "expected outlines that cross at most " + std::to_string(most_crossings) +
                    " columns of pixels, got " + std::to_string(crossings_),
                item);
  }
}

void ItemPixels::sweep() {
  const auto keep = [this](std::int64_t column, std::uint32_t begin, std::uint32_t end) {
    spans_.push_back({column, begin, end});
  };
  const auto write = [](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
                        std::uint32_t* keys) {
    RowWalk walk(edge.left, edge.right, begin, end - begin);
    for (std::int64_t c = begin; c < end; c++, walk.step()) {
      keys[(*next++)++] = static_cast<std::uint32_t>(walk.row());
    }
  };
  if (!edges_.empty()) sweep_columns(edges_, scratch_, write, EvenOddSpans{keep});
}

std::int64_t ItemPixels::count(const PolygonsView& polygons, std::int64_t item) {
  const std::int64_t first = polygons.rings_before(item);
  const std::int64_t last = polygons.rings_before(item + 1);
  GridPoint origin{INT64_MAX, INT64_MAX};
  for (std::int64_t r = first; r < last; r++) {
    const Ring ring = polygons.ring(r);
    for (std::int64_t i = 0; i < ring.n; i++) {
      const GridPoint p = snap(ring.xy + 2 * i);
      origin = {std::min(origin.x, p.x), std::min(origin.y, p.y)};
    }
  }
  if (first == last) return 0;
  // a whole number of pixels, and one more so that no row is negative
  origin = {(origin.x >> grid_bits) * grid_one, (origin.y >> grid_bits) * grid_one - grid_one};
  spans_.clear();
  crossings_ = 0;
  const std::int64_t begin = polygons.item_offsets[item];
  const std::int64_t end = polygons.item_offsets[item + 1];
  for (std::int64_t p = begin; p < end; p++) {
    edges_.clear();
    for (std::int64_t r = polygons.polygon_offsets[p]; r < polygons.polygon_offsets[p + 1]; r++) {
      add_ring(polygons.ring(r), origin, item);
    }
    sweep();
  }
  if (end - begin > 1) std::sort(spans_.begin(), spans_.end());
  std::int64_t pixels = 0;
  Span reached{-1, 0, 0};
  for (const Span& span : spans_) {
    const std::uint32_t from =
        span.column == reached.column ? std::max(span.begin, reached.end) : span.begin;
    if (span.end > from) pixels += span.end - from;
    const std::uint32_t to =
        span.column == reached.column ? std::max(span.end, reached.end) : span.end;
    reached = {span.column, span.begin, to};
  }
  return pixels;
}

}  // namespace me::cpu
