#include "runs/component_stats.h"

#include <algorithm>

#include "base/parallel.h"

namespace me {

void ComponentStats::grow(std::int64_t n, bool valued) {
  area.grow(n);
  boxes.grow(4 * n);
  centroids.grow(2 * n);
  first_pixels.grow(2 * n);
  perimeters.grow(n);
  holes.grow(n);
  if (valued) values.grow(n);
}

void ComponentStats::add_rows(const Sums& sums) {
  grow(1, false);
  set_rows(n() - 1, sums);
}

void ComponentStats::add_columns(const Sums& sums) {
  grow(1, false);
  set_columns(n() - 1, sums);
}

void ComponentStats::set_rows(std::int64_t k, const Sums& sums) {
  const std::int64_t x = sums.along_begin();
  const std::int64_t y = sums.line_begin;
  std::int64_t* box = boxes.data() + 4 * k;
  box[0] = x;
  box[1] = y;
  box[2] = sums.along_end - x;
  box[3] = sums.line_end - y;
  std::int64_t* first = first_pixels.data() + 2 * k;
  first[0] = sums.first_along;
  first[1] = y;
  set(k, sums, sums.twice_along.value(), sums.twice_across.value());
}

void ComponentStats::set_columns(std::int64_t k, const Sums& sums) {
  const std::int64_t x = sums.line_begin;
  const std::int64_t y = sums.along_begin();
  std::int64_t* box = boxes.data() + 4 * k;
  box[0] = x;
  box[1] = y;
  box[2] = sums.line_end - x;
  box[3] = sums.along_end - y;
  std::int64_t* first = first_pixels.data() + 2 * k;
  first[0] = sums.lowest_line();
  first[1] = y;
  set(k, sums, sums.twice_across.value(), sums.twice_along.value());
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

void ComponentStats::set(std::int64_t k, const Sums& sums, double twice_x, double twice_y) {
  const double twice_area = 2.0 * static_cast<double>(sums.area);
  area[k] = static_cast<std::int64_t>(sums.area);
  centroids[2 * k] = twice_x / twice_area;
  centroids[2 * k + 1] = twice_y / twice_area;
  perimeters[k] = 2 * sums.outline;
  holes[k] = 1 - sums.pieces;
}

void append_parts(const Exec& exec, const std::vector<ComponentStats>& parts, ComponentStats& all) {
  Buffer<std::int64_t> places;
  const std::int64_t before = all.n();
  std::int64_t end = before;
  for (const ComponentStats& part : parts) {
    places.push_back(end);
    end += part.n();
  }
  const auto for_columns = [](auto& to, const auto& from, auto work) {
    work(to.area, from.area, 1);
    work(to.boxes, from.boxes, 4);
    work(to.centroids, from.centroids, 2);
    work(to.first_pixels, from.first_pixels, 2);
    work(to.perimeters, from.perimeters, 1);
    work(to.holes, from.holes, 1);
  };
  for_columns(all, all, [added = end - before](auto& to, const auto&, std::int64_t each) {
    to.grow(each * added);
  });
  const auto n = static_cast<std::int64_t>(parts.size());
  const double cost = 15.0 * double(end - before) / double(std::max<std::int64_t>(n, 1));
  for_ranges(exec, n, cost, [&](std::int64_t begin, std::int64_t stop) {
    for (std::int64_t k = begin; k < stop; k++) {
      for_columns(all, parts[static_cast<std::size_t>(k)],
                  [at = places[k]](auto& to, const auto& from, std::int64_t each) {
                    std::copy(from.begin(), from.end(), to.data() + each * at);
                  });
    }
  });
}

}  // namespace me
