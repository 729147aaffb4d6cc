// Runs on the GPU by blocks of counts: masks may have one run or millions, elements share the work.
#pragma once
#include "base/execution.cuh"
#include "runs/device_runs.h"
#include "runs/device_search.h"

namespace me::cuda {

// Calls body.foreground(state, m, k) for each foreground count k of mask m in a block of counts,
// with a state begun by body.begin(m) and handed to body.end(state, m) when the block or the mask
// ends. Element i is block i.
template <class Body>
struct EachRunBlock {
  static constexpr std::int64_t block = 64;

  DeviceRunsView masks;
  Body body;

  ME_HD void operator()(std::int64_t i) const {
    std::int64_t k = i * block;
    std::int64_t end = k + block < masks.n_counts ? k + block : masks.n_counts;
    if (k < masks.offsets[0]) k = masks.offsets[0];  // a part of a larger batch
    if (end > masks.offsets[masks.n]) end = masks.offsets[masks.n];
    if (k >= end) return;
    std::int64_t m = last_at_most(masks.offsets, 0, masks.n - 1, k);
    while (k < end) {
      const std::int64_t begin = masks.offsets[m];
      const std::int64_t stop = masks.offsets[m + 1] < end ? masks.offsets[m + 1] : end;
      auto state = body.begin(m);
      for (k += 1 - ((k - begin) & 1); k < stop; k += 2) body.foreground(state, m, k);
      body.end(state, m);
      k = stop;
      m++;
    }
  }
};

template <class Body>
void for_each_run(const Queue& queue, const DeviceRunsView& masks, const Body& body) {
  if (masks.n == 0) return;
  constexpr std::int64_t block = EachRunBlock<Body>::block;
  for_each(queue, (masks.n_counts + block - 1) / block, EachRunBlock<Body>{masks, body});
}

}  // namespace me::cuda
