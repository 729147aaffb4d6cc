// The exact rule. Vertices are snapped to a grid of 2^-16 pixel; pixel (x, y) is inside when its
// centre (x + 1/2, y + 1/2) is. A centre on an edge belongs to the side right of it, on a
// horizontal edge to the side below it: as if it were moved by (e, e^2) for a tiny e. Integers
// only, each edge by itself: so polygons that share edges share no pixel and leave none out, and
// neither direction nor start of a ring matters.
#pragma once
#include <cstdint>

#include "geometry/line.h"
#include "geometry/sweep.h"
#include "geometry/target.h"

namespace me::cpu {

class ExactRule {
 public:
  // Hands the rows at which the fill changes under the even-odd rule, column by column and sorted,
  // to `columns`; see sweep_columns.
  template <class Columns>
  void fill(const Target& target, Columns columns) {
    sweep(target, [](std::uint32_t row, std::uint32_t) { return row; }, columns);
  }

  // The same with keys 2 * row + (1 where the edge runs to the left), for the nonzero rule.
  template <class Columns>
  void fill_directed(const Target& target, Columns columns) {
    sweep(target, [](std::uint32_t row, std::uint32_t side) { return 2 * row + side; }, columns);
  }

  // Hands on crossings as they come, edge by edge, for those who need no order: take(first, n,
  // rows) gets the rows at which the fill changes in columns [first, first + n).
  template <class TakeEdge>
  void crossings(const Target& target, TakeEdge take) {
    add_rings(target);
    for (const Edge& edge : edges_) {
      for (std::int64_t c = edge.first; c <= edge.last; c += tuning::sweep_block_columns) {
        const std::int64_t end =
            std::min<std::int64_t>(c + tuning::sweep_block_columns, edge.last + 1);
        find_rows(edge, target.size.height, c, end);
        take(c, end - c, scratch_.rows.data());
      }
    }
  }

  // Throws what filling would throw because of a coordinate.
  static void check(const Target& target);

 private:
  // From (x0, y0) to (x1, y1) with x0 < x1, in units of the grid. By rows, x and y have changed
  // places.
  struct Edge {
    std::int32_t first, last;
    std::int64_t x0, y0, dx, dy;
    bool reversed;
    bool by_rows;
  };

  template <class Key, class Columns>
  void sweep(const Target& target, Key key, Columns columns) {
    add_rings(target);
    const std::int64_t height = target.size.height;
    sweep_columns(
        edges_, scratch_,
        [&](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
            std::uint32_t* keys) {
          find_rows(edge, height, begin, end);
          const std::uint32_t* rows = scratch_.rows.data();
          const std::uint32_t side = edge.reversed ? 1 : 0;
          for (std::int64_t i = 0; i < end - begin; i++) keys[next[i]++] = key(rows[i], side);
        },
        columns);
  }

  void add_rings(const Target& target);
  void add_ring(const Target& target, std::int64_t ring);
  // The rows at which the edge crosses columns [begin, end), into scratch_.rows.
  void find_rows(const Edge& edge, std::int64_t height, std::int64_t begin, std::int64_t end);
  static void step_rows(const Edge& edge, std::int64_t height, std::int64_t begin, std::int64_t end,
                        std::uint32_t* rows);

  Buffer<Edge> edges_;
  SweepScratch scratch_;
  kernels::LineKernels kernels_{};
};

}  // namespace me::cpu
