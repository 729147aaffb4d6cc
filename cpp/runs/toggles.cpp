#include "runs/toggles.h"

namespace me {
namespace {

// Merges neighbouring sorted stretches in pairs until one is left.
void merge_sorted(Buffer<std::int64_t>& events, Buffer<std::int64_t>& ends,
                  Buffer<std::int64_t>& spare) {
  spare.resize(events.size());
  while (ends.size() > 1) {
    std::int64_t begin = 0;
    std::int64_t kept = 0;
    for (std::int64_t k = 0; k < ends.size(); k += 2) {
      const std::int64_t middle = ends[k];
      const std::int64_t end = k + 1 < ends.size() ? ends[k + 1] : middle;
      std::merge(events.data() + begin, events.data() + middle, events.data() + middle,
                 events.data() + end, spare.data() + begin);
      ends[kept++] = end;
      begin = end;
    }
    ends.truncate(kept);
    events.swap(spare);
  }
}

}  // namespace

void unite_toggles(Buffer<std::int64_t>& positions, Buffer<std::int64_t>& ends,
                   Buffer<std::int64_t>& spare) {
  // An event is 2 * position + (0 where a fill begins, 1 where it ends): where one ends and
  // another begins, the beginning comes first and the union goes on. Areas stay below 2^62.
  std::int64_t begin = 0;
  for (const std::int64_t end : ends) {
    for (std::int64_t i = begin; i < end; i++) {
      positions[i] = 2 * positions[i] + ((i - begin) & 1);
    }
    begin = end;
  }
  merge_sorted(positions, ends, spare);
  std::int64_t inside = 0;  // of how many fills
  std::int64_t kept = 0;
  for (const std::int64_t event : positions) {
    const bool was_inside = inside > 0;
    inside += (event & 1) == 0 ? 1 : -1;
    if ((inside > 0) != was_inside) positions[kept++] = event >> 1;
  }
  positions.truncate(kept);
}

}  // namespace me
