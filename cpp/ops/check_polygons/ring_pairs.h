// Rings of one item that are at odds with one another. Private to check_polygons.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/polygons.h"
#include "ops/check_polygons/check_polygons.h"
#include "ops/check_polygons/edge_boxes.h"

namespace me::cpu {

// Holds the scratch memory of one thread.
class RingPairs {
 public:
  // Appends the conflicts of an item's rings, by ring and vertex; false when the search ended
  // before all edges were compared.
  bool run(const PolygonsView& polygons, std::int64_t item, const Limits& limits,
           PolygonChecks& out);

 private:
  // An edge, from its vertex; the vertices of a ring lie one after the other, the first once more.
  struct Edge {
    std::int64_t ring;    // of the item
    std::int64_t vertex;  // of the ring, as it was given
  };
  struct RingState {
    std::int64_t part;   // the polygon
    std::int64_t first;  // edges
    std::int64_t end;
    bool hole;
    bool crosses;
  };
  // That a ring is at a point where it touches another of its polygon.
  struct Touch {
    std::int64_t part;
    double x, y;
    std::int64_t ring, vertex;
  };
  // A point of a ring that is on no other.
  struct Query {
    double x, y;
    std::int64_t ring, vertex;
  };

  const double* from(std::int64_t e) const { return xy_.data() + 2 * starts_[e]; }
  void read(const PolygonsView& polygons, std::int64_t item);
  void meet_at(std::int64_t e, std::int64_t f);
  void touch_at(std::int64_t e, std::int64_t f, const double* place);
  void add(ConflictKind kind, std::int64_t ring, std::int64_t vertex, std::int64_t other,
           std::int64_t other_vertex, const double* place);
  void find_disconnected();
  Query query_of(std::int64_t ring) const;
  bool find_nested(std::int64_t work);
  void judge(const Query& query, std::int64_t n);
  void write(std::int64_t first_ring, PolygonChecks& out);

  struct Conflict {
    std::int64_t row[5];
    double place[2];
  };
  Buffer<double> xy_;
  Buffer<std::int64_t> starts_;
  Buffer<Edge> edges_;
  Buffer<RingState> rings_;
  Buffer<std::uint8_t> touched_;  // of edges: their first vertex is on another ring
  Buffer<Touch> touches_;
  Buffer<std::int64_t> around_;  // rings around a point
  Buffer<Conflict> found_;
  EdgeBoxes boxes_;
};

}  // namespace me::cpu
