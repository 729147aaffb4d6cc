// Kernels that paint runs of a mask over what lies below.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Runs of background and foreground in turn, from a run of background on: `start` is where it
// begins, counted from `to`, and `pairs` how many follow with one of foreground each.
struct PaintRuns {
  const std::uint32_t* counts;
  std::int64_t pairs;
  std::int64_t start;
};

// Writes the label to the runs of foreground that end at `end` or before; returns how many pairs
// those are, and sets `start` to where the next one begins.
using Paint = std::int64_t (*)(PaintRuns& runs, std::int64_t end, std::uint64_t label, void* to);

// For values of 1, 2, 4 and 8 bytes.
extern const Paint paint_runs_scalar[4];
extern const Paint paint_runs_avx2[4];
extern const Paint paint_runs_avx512[4];

// The walk that all share; Fill::fill(to, n, label) sets n values. `Fill` is a type of the
// including file alone, so that no instance is shared between CPU levels.
template <class Fill>
std::int64_t paint_runs(PaintRuns& runs, std::int64_t end, std::uint64_t label, void* out) {
  using T = typename Fill::Value;
  T* const to = static_cast<T*>(out);
  const Fill fill(static_cast<T>(label));
  std::int64_t start = runs.start;
  std::int64_t k = 0;
  for (; k < runs.pairs; k++) {
    const std::int64_t from = start + runs.counts[2 * k];
    const std::int64_t until = from + runs.counts[2 * k + 1];
    if (until > end) break;
    fill(to + from, until - from);
    start = until;
  }
  runs.start = start;
  return k;
}

}  // namespace me::kernels
