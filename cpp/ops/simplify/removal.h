// Removes vertices one after the other, the one that changes least first. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/arcs.h"
#include "geometry/triangle_pixels.h"
#include "ops/simplify/tournament.h"
#include "ops/simplify/vertex_grid.h"

namespace me::cpu {

// When a vertex may go: while the pixels that change are within each item's budget; while an item
// has too many vertices; or when all that is left out stays within a distance of the edge.
enum class Until { pixels, vertices, distance };

struct RingState {
  std::int64_t item;
  std::int64_t vertices;
  std::int64_t pixels;  // counted by winding; negative when counterclockwise
  bool had_pixels;
  bool hole;
};

struct ItemState {
  std::int64_t vertices;
  std::int64_t pixels;  // of its exteriors, less those of their holes
  std::int64_t budget;  // pixels that may yet change, or the most vertices
  bool had_pixels;
};

// Removing v replaces the edges (a, v) and (v, b) by (a, b). Under even-odd that changes just the
// pixels of the triangle a, v, b. It is refused when another vertex lies in that triangle: then
// outlines that do not cross go on not to cross. Holds the scratch memory of one thread.
class Remover {
 public:
  // The outlines to work on: add_ring() for each ring of `arcs`, in order.
  void begin(const Arcs& arcs, std::int64_t items);
  void add_ring(std::int64_t item, bool hole);
  ItemState& item(std::int64_t i) { return items_[i]; }

  // Leaves the arcs' remaining vertices in `out`, with the same rings.
  void run(Until until, double distance, Arcs& out);

  // After run() over rings of one closed arc each: sets gone[r] for the rings that may go as a
  // whole, those with the fewest pixels first. Only triangles do: just their pixels change.
  void vanish(std::uint8_t* gone);

 private:
  struct Change {
    std::int64_t pixels;  // negative when the triangle is counterclockwise
    double area;          // twice
  };
  struct Use {
    std::uint32_t ring;
    bool reversed;
  };
  struct Link {
    std::uint32_t before, after, arc;
  };

  void link(const Arcs& arcs);
  void collect_uses(const Arcs& arcs);
  Change change_of(std::uint32_t v) const;
  void propose_all();
  bool removable(std::uint32_t v) const;
  bool is_last_triangle(std::uint32_t v) const;
  bool stays_near(std::uint32_t v) const;
  bool charge(std::uint32_t v, std::int64_t pixels);
  void apply(const Use& use, std::int64_t pixels, std::int64_t vertices);
  bool fits(const Use& use) const;
  bool wanted(std::uint32_t v) const;
  std::int64_t pixels_of(std::uint32_t v) const;
  void remove(std::uint32_t v, std::int64_t pixels);

  const Arcs* arcs_ = nullptr;
  Until until_ = Until::pixels;
  double distance_ = 0;
  std::int64_t over_ = 0;  // items with too many vertices
  Buffer<GridPoint> at_;
  Buffer<std::uint64_t> edges_;  // edge_pixels() from each vertex that is left to the next
  Buffer<Link> links_;
  Buffer<std::uint8_t> alive_;
  Buffer<Use> uses_;
  Buffer<std::int64_t> use_begins_;
  Buffer<RingState> rings_;
  Buffer<ItemState> items_;
  Buffer<std::int64_t> pixels_;  // of the triangle of each vertex that is left
  Tournament tournament_;
  VertexGrid grid_;
};

}  // namespace me::cpu
