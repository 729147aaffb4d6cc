#include "runs/component_stats.h"

namespace me {

void ComponentStats::reserve(std::int64_t n, bool valued) {
  area.reserve(n);
  boxes.reserve(4 * n);
  centroids.reserve(2 * n);
  first_pixels.reserve(2 * n);
  perimeters.reserve(n);
  holes.reserve(n);
  if (valued) values.reserve(n);
}

void ComponentStats::add_rows(const Sums& sums) {
  const std::int64_t x = sums.along_begin();
  const std::int64_t y = sums.line_begin;
  std::int64_t* box = boxes.grow(4);
  box[0] = x;
  box[1] = y;
  box[2] = sums.along_end - x;
  box[3] = sums.line_end - y;
  std::int64_t* first = first_pixels.grow(2);
  first[0] = sums.first_along;
  first[1] = y;
  add(sums, sums.twice_along.value(), sums.twice_across.value());
}

void ComponentStats::add_columns(const Sums& sums) {
  const std::int64_t x = sums.line_begin;
  const std::int64_t y = sums.along_begin();
  std::int64_t* box = boxes.grow(4);
  box[0] = x;
  box[1] = y;
  box[2] = sums.line_end - x;
  box[3] = sums.along_end - y;
  std::int64_t* first = first_pixels.grow(2);
  first[0] = sums.lowest_line();
  first[1] = y;
  add(sums, sums.twice_across.value(), sums.twice_along.value());
}

void ComponentStats::append(const ComponentStats& other) {
  area.append(other.area.data(), other.area.size());
  boxes.append(other.boxes.data(), other.boxes.size());
  centroids.append(other.centroids.data(), other.centroids.size());
  first_pixels.append(other.first_pixels.data(), other.first_pixels.size());
  perimeters.append(other.perimeters.data(), other.perimeters.size());
  holes.append(other.holes.data(), other.holes.size());
  values.append(other.values.data(), other.values.size());
}

void ComponentStats::add(const Sums& sums, double twice_x, double twice_y) {
  const double twice_area = 2.0 * static_cast<double>(sums.area);
  area.push_back(static_cast<std::int64_t>(sums.area));
  double* centre = centroids.grow(2);
  centre[0] = twice_x / twice_area;
  centre[1] = twice_y / twice_area;
  perimeters.push_back(2 * sums.outline);
  holes.push_back(1 - sums.pieces);
}

}  // namespace me
