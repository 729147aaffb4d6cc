#include "ops/move_vertex/change.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "geometry/target.h"
#include "runs/toggles.h"

namespace me::cpu {
namespace {

bool same_point(const double* a, const double* b) { return a[0] == b[0] && a[1] == b[1]; }

}  // namespace

Neighbours neighbours(const Ring& ring, const Place& place, const double* from) {
  const std::int64_t open = place.same < 0 ? ring.n : ring.n - 1;  // vertices counted once
  const std::int64_t at = place.vertex % open;
  return {ring.xy + 2 * ((at + open - 1) % open), from != nullptr ? from : ring.xy + 2 * at,
          ring.xy + 2 * ((at + 1) % open)};
}

Place find_vertex(const PolygonsView& polygons, const VertexMove& move) {
  if (move.item < 0 || move.item >= polygons.n) {
    throw Error(ErrorKind::argument, "item",
                "expected an item in [0, " + std::to_string(polygons.n) + "), got " +
                    std::to_string(move.item));
  }
  const std::int64_t start = polygons.vertices_before(move.item);
  const std::int64_t vertices = polygons.vertices_before(move.item + 1) - start;
  if (move.vertex < 0 || move.vertex >= vertices) {
    throw Error(ErrorKind::argument, "vertex",
                "expected a vertex in [0, " + std::to_string(vertices) + "), got " +
                    std::to_string(move.vertex),
                move.item);
  }
  const std::int64_t first = polygons.rings_before(move.item);
  const std::int64_t last = polygons.rings_before(move.item + 1);
  const std::int64_t* after = std::upper_bound(polygons.ring_offsets + first,
                                               polygons.ring_offsets + last, start + move.vertex);
  Place place{after - polygons.ring_offsets - 1, 0};
  place.vertex = start + move.vertex - polygons.ring_offsets[place.ring];
  place.polygons_of_item = polygons.item_offsets[move.item + 1] - polygons.item_offsets[move.item];
  const Ring ring = polygons.ring(place.ring);
  const std::int64_t end = ring.n - 1;
  if (end > 0 && (place.vertex == 0 || place.vertex == end) &&
      same_point(ring.xy, ring.xy + 2 * end)) {
    place.same = end - place.vertex;
  }
  return place;
}

void Change::fill_item(const PolygonsView& polygons, std::int64_t item, Size size, EdgeRule rule,
                       Buffer<std::int64_t>& positions) {
  positions.clear();
  ends_.clear();
  for (std::int64_t p = polygons.item_offsets[item]; p < polygons.item_offsets[item + 1]; p++) {
    PositionsSink sink(positions);
    const Target target{polygons, item, p, size, FillRule::even_odd};
    const EvenOddColumns<PositionsSink> columns{sink, size.height};
    if (rule == EdgeRule::coco) {
      coco_.fill(target, columns);
    } else {
      exact_.fill(target, columns);
    }
    ends_.push_back(positions.size());
  }
  if (ends_.size() > 1) unite_toggles(positions, ends_, spare_);
  while (positions.size() > 0 && positions.back() >= size.area()) {
    positions.truncate(positions.size() - 1);
  }
}

// A union is not the exclusive or of its edges.
const Buffer<std::int64_t>& Change::toggles_of_union(const PolygonsView& before,
                                                     const PolygonsView& after, std::int64_t item,
                                                     Size size, EdgeRule rule) {
  fill_item(before, item, size, rule, before_);
  fill_item(after, item, size, rule, after_);
  toggles_.resize(before_.size() + after_.size());
  toggles_.truncate(std::set_symmetric_difference(before_.begin(), before_.end(), after_.begin(),
                                                  after_.end(), toggles_.begin()) -
                    toggles_.begin());
  toggles_.push_back(size.area());
  return toggles_;
}

const Buffer<std::int64_t>& Change::toggles(const Neighbours& points, const VertexMove& move,
                                            Size size, EdgeRule rule) {
  // The edges that go and the edges that come, as one ring.
  const double quad[8] = {points.before[0], points.before[1], points.at[0], points.at[1],
                          points.after[0],  points.after[1],  move.x,       move.y};
  static constexpr std::int64_t rings[2] = {0, 4};
  static constexpr std::int64_t one[2] = {0, 1};
  fill_item({quad, rings, one, one, 1}, 0, size, rule, toggles_);
  toggles_.push_back(size.area());
  return toggles_;
}

}  // namespace me::cpu
