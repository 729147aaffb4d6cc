// The rule of the COCO API's polygons (rleFrPoly), bit for bit as x86 builds of pycocotools give
// it. Vertices are snapped to fifths of a pixel, (int)(5 x + 0.5) toward zero; each edge is
// digitised one step of a fifth at a time along its longer axis; where the digitised edge passes
// the centre of a pixel column, between u = 5k+2 and u = 5k+3, the fill of column k changes below
// it. Only that one step per column is computed here.
//
// Where a snapped vertex leaves 32 bits pycocotools is undefined; there the same digitised edge is
// found from the line's equation in doubles.
#pragma once
#include <cstdint>

#include "geometry/coco_rule_kernels.h"
#include "geometry/line.h"
#include "geometry/sweep.h"
#include "geometry/target.h"

namespace me::cpu {

class CocoRule {
 public:
  // Hands the rows at which the fill changes, column by column and sorted, to `columns`; see
  // sweep_columns.
  template <class Columns>
  void fill(const Target& target, Columns columns) {
    if (collect(target)) {
      hand_on(columns);
      return;
    }
    add_rings(target);
    const double bottom = 5.0 * static_cast<double>(target.size.height) + 2.0;
    sweep_columns(
        edges_, scratch_,
        [&](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
            std::uint32_t* keys) {
          find_rows(edge, bottom, begin, end);
          const std::uint32_t* rows = scratch_.rows.data();
          for (std::int64_t i = 0; i < end - begin; i++) keys[next[i]++] = rows[i];
        },
        columns);
  }

 private:
  enum class Kind : std::int32_t { flat, steep, large_steep, far_steep };

  // In fifths of a pixel; u along columns, v along rows. A flat edge is v = (v0 + slope * (u -
  // origin)) + 1/2 at the right one of the steps u and u + 1; the others say where the edge passes
  // u + 1/2. A far edge starts at u = 0.
  struct Edge {
    std::int32_t first, last;
    Kind kind;
    kernels::Line line;  // base is v0, slope dv/du; steep and large_steep: across is du/dv
    double steps;        // steep: length of the walk along v
  };

  void add_rings(const Target& target);
  void add_ring(const Target& target, std::int64_t ring);
  // Collects the rows at which the fill changes in slots_. Gives false where that does not apply,
  // or a column has too many.
  bool collect(const Target& target);
  template <class Columns>
  void hand_on(Columns& columns) {
    columns.room(total_);
    for (std::int64_t c = 0; c < slots_.n; c++) {
      const std::uint32_t n = slots_.counts[c];
      std::uint32_t* const rows = slots_.rows + kernels::slot_rows * c;
      if (n == 2) {  // nearly always
        columns.two(slots_.first + c, std::min(rows[0], rows[1]), std::max(rows[0], rows[1]));
      } else if (n != 0) {
        sort_keys(rows, rows + n);
        columns.many(slots_.first + c, rows, rows + n);
      }
    }
  }
  static std::int64_t put_near(std::int32_t a_u, std::int32_t a_v, std::int32_t b_u,
                               std::int32_t b_v, std::int64_t width, Edge* to);
  void add_far(double u0, double v0, double u1, double v1, std::int64_t width);
  // The rows at which the edge crosses columns [begin, end), into scratch_.rows.
  void find_rows(const Edge& edge, double bottom, std::int64_t begin, std::int64_t end);

  Buffer<Edge> edges_;
  SweepScratch scratch_;
  kernels::LineKernels kernels_{};
  kernels::ColumnSlots slots_{};
  std::int64_t total_ = 0;  // rows in slots_
  Buffer<double> u_, v_;
  Buffer<std::uint32_t> counts_, rows_;
};

}  // namespace me::cpu
