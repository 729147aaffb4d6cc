// Columns of component statistics -> NumPy arrays.
#pragma once
#include <utility>

#include "bind/batch.h"
#include "runs/component_stats.h"

namespace me::bind {

// (area, boxes, centroids, first pixels, perimeters, holes, values); values are 64-bit patterns,
// none when components have no value.
inline py::tuple to_tuple(ComponentStats&& stats) {
  const std::int64_t n = stats.n();
  return py::make_tuple(to_array(std::move(stats.area)),
                        to_array(std::move(stats.boxes), {n, std::int64_t{4}}),
                        to_array(std::move(stats.centroids), {n, std::int64_t{2}}),
                        to_array(std::move(stats.first_pixels), {n, std::int64_t{2}}),
                        to_array(std::move(stats.perimeters)), to_array(std::move(stats.holes)),
                        to_array(std::move(stats.values)));
}

}  // namespace me::bind
