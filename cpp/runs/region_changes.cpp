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
    all.stats.append(part.stats);
    append(all.before, part.before);
    append(all.after, part.after);
    append(all.counts, part.counts);
  }
  return all;
}

}  // namespace me
