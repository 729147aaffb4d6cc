#include "runs/collect.h"

#include <algorithm>

namespace me {

Runs joined(const Exec& exec, const std::vector<Runs>& parts) {
  struct Place {
    std::int64_t item, count;
  };
  Buffer<Place> places;
  Place end{0, 0};
  for (const Runs& part : parts) {
    places.push_back(end);
    end.item += part.n();
    end.count += part.counts.size();
  }
  Runs all;
  std::uint32_t* const counts = all.counts.grow(end.count);
  std::int64_t* const offsets = all.offsets.grow(end.item);
  std::int64_t* const sizes = all.sizes.grow(2 * end.item);
  const auto n = static_cast<std::int64_t>(parts.size());
  const double cost = 1.0 * double(end.count + 3 * end.item) / double(std::max<std::int64_t>(n, 1));
  for_ranges(exec, n, cost, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t k = first; k < last; k++) {
      const Runs& part = parts[static_cast<std::size_t>(k)];
      const Place at = places[k];
      std::copy(part.counts.begin(), part.counts.end(), counts + at.count);
      std::copy(part.sizes.begin(), part.sizes.end(), sizes + 2 * at.item);
      for (std::int64_t i = 0; i < part.n(); i++) {
        offsets[at.item + i] = at.count + part.offsets[i + 1];
      }
    }
  });
  return all;
}

}  // namespace me
