// What is known of components, in columns.
#pragma once
#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "base/exec.h"
#include "runs/regions.h"

namespace me {

struct ComponentStats {
  Buffer<std::int64_t> area;
  Buffer<std::int64_t> boxes;         // left, top, width, height
  Buffer<double> centroids;           // x, y; pixel (x, y) has its centre at (x + 0.5, y + 0.5)
  Buffer<std::int64_t> first_pixels;  // x, y; the first in raster order
  Buffer<std::int64_t> perimeters;
  Buffer<std::int64_t> holes;
  Buffer<std::uint64_t> values;  // as many as components when these have a value, else none

  std::int64_t n() const { return area.size(); }
  // Adds `n` components whose columns are yet to be written.
  void grow(std::int64_t n, bool valued);

  // Adds one component, or writes component k; lines are rows or columns. Values are not written.
  void add_rows(const Sums& sums);
  void add_columns(const Sums& sums);
  void set_rows(std::int64_t k, const Sums& sums);
  void set_columns(std::int64_t k, const Sums& sums);
  void append(const ComponentStats& other);

 private:
  void set(std::int64_t k, const Sums& sums, double twice_x, double twice_y);
};

// Puts the components of `parts` behind those of `all`, in order, on several threads; no value.
void append_parts(const Exec& exec, const std::vector<ComponentStats>& parts, ComponentStats& all);

}  // namespace me
