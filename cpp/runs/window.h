// A mask seen through a window: what crop, pad and shift have in common.
//
// Through [left, right) x [top, bottom) one sees a mask of that size; what lies outside the source
// is background.
#pragma once
#include <cstdint>

#include "runs/collect.h"
#include "runs/runs.h"

namespace me {

struct Window {
  std::int64_t left, top, right, bottom;
  Size size() const { return {bottom - top, right - left}; }
};

// Appends the canonical runs seen through the window; its sides lie in [0, 2^31).
void append_window(const RunList& runs, const Window& window, Buffer<std::uint32_t>& counts);

// The batch seen through window_of(i, size) for each mask i.
template <class WindowOf>
Runs see_through(const RunsView& masks, const Exec& exec, WindowOf window_of) {
  const double runs_each = masks.mean_counts();
  return collect(exec, masks.n, 50.0 + 2.0 * runs_each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   const Window window = window_of(i, masks.size(i));
                   append_window(masks[i], window, counts);
                   return window.size();
                 });
}

}  // namespace me
