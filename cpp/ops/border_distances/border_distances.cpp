#include "ops/border_distances/border_distances.h"

#include <memory>
#include <vector>

#include "base/parallel.h"
#include "ops/border_distances/nearest.h"

namespace me::cpu {
namespace {

using Rows = Buffer<DistanceTally::Row>;

struct Sides {
  Rows rows[2];
};

void add_both(const BorderLines& a, const BorderLines& b, const LineSpacing& spacing,
              const Exec& exec, Sides& out) {
  DistanceTally tallies[2];
  add_distances(a, b, spacing, exec, tallies[0]);
  add_distances(b, a, spacing, exec, tallies[1]);
  for (int side : {0, 1}) out.rows[side] = tallies[side].rows();
}

// Kinds of lines that are columns -> kinds of rows.
void mirror(Sides& sides) {
  for (Rows& rows : sides.rows) {
    for (DistanceTally::Row& row : rows) {
      if (row.kind == 1 || row.kind == 2) row.kind = 3 - row.kind;
    }
  }
}

Sides sides_of(const MaskPairs& pairs, std::int64_t i, BorderElements elements,
               const PixelSpacing& spacing, const Exec& exec) {
  Sides out;
  const PairWindow window = window_of(pairs, i, 1);
  BorderLines lines[2];
  for (int side : {0, 1}) {
    const auto mask = lines_of(pairs, i, side == 0 ? PairSide::a : PairSide::b, window);
    const auto none = lines_of(pairs, i, PairSide::none, window);
    lines[side] = border_lines(*mask, none.get(), window.stack, elements);
  }
  const LineSpacing along =
      window.columns ? LineSpacing{spacing.x, spacing.y} : LineSpacing{spacing.y, spacing.x};
  add_both(lines[0], lines[1], along, exec, out);
  if (window.columns) mirror(out);
  return out;
}

BorderDistances joined(const std::vector<Sides>& items) {
  BorderDistances out;
  for (std::size_t i = 0; i < items.size(); i++) {
    for (int side : {0, 1}) {
      for (const DistanceTally::Row& row : items[i].rows[side]) {
        out.item.push_back(static_cast<std::int64_t>(i));
        out.side.push_back(static_cast<std::uint8_t>(side));
        out.kind.push_back(static_cast<std::uint8_t>(row.kind));
        out.squared.push_back(row.squared);
        out.count.push_back(row.count);
      }
    }
  }
  return out;
}

// make(i, exec) gives both sides of item i; many items are shared among threads, one item is cut.
template <class Make>
BorderDistances for_items(std::int64_t n, double cost, const Exec& exec, Make make) {
  std::vector<Sides> items(static_cast<std::size_t>(n));
  for_ranges(n == 1 ? Exec{} : exec, n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      items[static_cast<std::size_t>(i)] = make(i, n == 1 ? exec : Exec{});
    }
  });
  return joined(items);
}

BorderLines lines_of_points(const PointSets& points, std::int64_t i) {
  BorderLines out;
  const std::int64_t begin = points.starts[i];
  const std::int64_t end = points.starts[i + 1];
  if (begin == end) return out;
  out.first = points.lines[begin];
  out.at.append(points.at + begin, end - begin);
  out.kinds.append(points.kinds + begin, end - begin);
  for (std::int64_t k = begin; k < end; k++) {
    while (out.starts.size() <= points.lines[k] - out.first) out.starts.push_back(k - begin);
  }
  out.starts.push_back(end - begin);
  return out;
}

}  // namespace

BorderDistances border_distances(const MaskPairs& pairs, BorderElements elements,
                                 const PixelSpacing& spacing, const Exec& exec) {
  double pixels = 0;
  for (std::int64_t i = 0; i < pairs.n; i++) pixels += pair_pixels(pairs, i);
  const double each = pairs.n == 0 ? 0 : pixels / double(pairs.n);
  return for_items(pairs.n, 5000 + each / 2, exec, [&](std::int64_t i, const Exec& inner) {
    return sides_of(pairs, i, elements, spacing, inner);
  });
}

BorderDistances point_distances(const PointSets& a, const PointSets& b, std::int64_t n,
                                const PixelSpacing& spacing, const Exec& exec) {
  const std::int64_t points = n == 0 ? 0 : (a.starts[n] + b.starts[n]) / n;
  return for_items(n, 1000 + 60 * double(points), exec, [&](std::int64_t i, const Exec& inner) {
    Sides out;
    add_both(lines_of_points(a, i), lines_of_points(b, i), {spacing.y, spacing.x}, inner, out);
    return out;
  });
}

}  // namespace me::cpu
