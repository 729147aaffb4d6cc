// Vertices in square cells: which of them lie in a triangle. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/triangle_pixels.h"

namespace me::cpu {

class VertexGrid {
 public:
  // Holds all vertices that are alive, fewer than 2^32; both arrays must outlive the grid.
  void build(const Buffer<GridPoint>& at, const Buffer<std::uint8_t>& alive);

  // Says that a vertex is no longer alive.
  void forget();

  // Whether a vertex that is alive, other than `corner` itself, lies in the closed triangle a,
  // corner, b, at a place that is not that of a or b. In doubt it does.
  bool any_in_triangle(GridPoint a, std::int64_t corner, GridPoint b) const;

 private:
  struct Cells {
    std::int64_t first, last;
  };
  void fill();
  Cells across(const GridPoint (&triangle)[3], std::int64_t row) const;

  const Buffer<GridPoint>* at_ = nullptr;
  const Buffer<std::uint8_t>* alive_ = nullptr;
  std::int64_t living_ = 0;
  std::int64_t filled_with_ = 0;
  GridPoint origin_{0, 0};
  int shift_ = 0;  // a cell has sides of 2^shift units of the grid
  std::int64_t columns_ = 0;
  std::int64_t rows_ = 0;
  Buffer<std::uint32_t> begins_;  // of each cell in vertices_
  Buffer<std::uint32_t> vertices_;
};

}  // namespace me::cpu
