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

// Whether each component has a pixel at the edge of its mask: counts[i] of mask i, the size of
// which is size_of(i).
template <class SizeOf>
Buffer<bool> touches_border(const ComponentStats& stats, const Buffer<std::int64_t>& counts,
                            SizeOf size_of) {
  Buffer<bool> out(stats.n());
  bool* touches = out.data();
  const std::int64_t* box = stats.boxes.data();
  for (std::int64_t i = 0; i < counts.size(); i++) {
    poll(double(counts[i]));
    const Size size = size_of(i);
    for (std::int64_t k = 0; k < counts[i]; k++, box += 4) {
      *touches++ = box[0] == 0 || box[1] == 0 || box[0] + box[2] == size.width ||
                   box[1] + box[3] == size.height;
    }
  }
  return out;
}

}  // namespace me::bind
