#include "runs/toggles.h"

namespace me {
namespace {

// Merges two sorted stretches into `out`. Which one is next cannot be predicted: no branch on it.
void merge_two(const std::int64_t* a, const std::int64_t* a_end, const std::int64_t* b,
               const std::int64_t* b_end, std::int64_t* out) {
  while (a != a_end && b != b_end) {
    const std::int64_t second = *b < *a ? 1 : 0;
    *out++ = second != 0 ? *b : *a;
    a += 1 - second;
    b += second;
  }
  out = std::copy(a, a_end, out);
  std::copy(b, b_end, out);
}

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
      merge_two(events.data() + begin, events.data() + middle, events.data() + middle,
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
    positions[kept] = event >> 1;
    kept += (inside > 0) != was_inside ? 1 : 0;
  }
  positions.truncate(kept);
}

}  // namespace me
