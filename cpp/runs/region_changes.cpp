#include "runs/region_changes.h"

#include <utility>

namespace me {
namespace {

template <class T>
void append(Buffer<T>& to, const Buffer<T>& from) {
  to.append(from.data(), from.size());
}

}  // namespace

RegionChanges join(std::vector<RegionChanges>&& parts) {
  RegionChanges all = std::move(parts[0]);
  for (std::size_t i = 1; i < parts.size(); i++) {
    const RegionChanges& part = parts[i];
    append(all.stats.area, part.stats.area);
    append(all.stats.boxes, part.stats.boxes);
    append(all.stats.centroids, part.stats.centroids);
    append(all.stats.first_pixels, part.stats.first_pixels);
    append(all.stats.perimeters, part.stats.perimeters);
    append(all.stats.holes, part.stats.holes);
    append(all.before, part.before);
    append(all.after, part.after);
    append(all.counts, part.counts);
  }
  return all;
}

}  // namespace me
