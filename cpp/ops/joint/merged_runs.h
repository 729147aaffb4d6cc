// The runs on which neither of two maps changes.
#pragma once
#include <algorithm>
#include <cstdint>

#include "ops/joint/tallies.h"

namespace me::cpu {

// How far a merge of two maps has come: the numbers of their runs, and the pixels before.
struct MergeLane {
  std::int64_t a, b;
  std::uint64_t at;

  // Up to the next end. In arithmetic: of comparisons compilers make branches, which nothing can
  // foresee.
  template <class Visit>
  void step(const EndedRuns& first, const EndedRuns& second, const Visit& visit) {
    const std::uint64_t x = first.ends[a];
    const std::uint64_t y = second.ends[b];
    const std::uint64_t below = (x - y) >> 63;  // 1 where x < y
    const std::uint64_t above = (y - x) >> 63;
    const std::uint64_t end = y + ((x - y) & (0 - below));
    visit(a, b, static_cast<std::int64_t>(end - at));
    at = end;
    a += static_cast<std::int64_t>(1 - above);
    b += static_cast<std::int64_t>(1 - below);
  }
};

// Calls visit(i, j, length) for each stretch in run i of `a` and run j of `b`, in any order; both
// have the same pixels. A step waits for the one before it, so two merges, of the halves of the
// pixels, go on at a time.
template <class Visit>
void for_merged(const EndedRuns& a, const EndedRuns& b, const Visit& visit) {
  if (a.n == 0) return;
  const std::int64_t half = a.n / 2 + 1;  // runs of `a` in the first half
  const std::uint32_t cut = a.ends[half - 1];
  const std::int64_t in_b = std::lower_bound(b.ends, b.ends + b.n, cut) - b.ends;
  MergeLane low{0, 0, 0};
  MergeLane high{half, in_b + (b.ends[in_b] == cut ? 1 : 0), cut};
  for (;;) {
    const std::int64_t steps = std::min({half - low.a, in_b - low.b, a.n - high.a, b.n - high.b});
    if (steps < 4) break;
    for (std::int64_t i = 0; i < steps; i++) {
      low.step(a, b, visit);
      high.step(a, b, visit);
    }
  }
  while (low.at < cut) low.step(a, b, visit);
  while (high.a < a.n) high.step(a, b, visit);
}

}  // namespace me::cpu
