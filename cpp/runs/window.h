// A mask seen through a window: what crop, pad and shift have in common.
//
// Through [left, right) x [top, bottom) one sees a mask of that size; what lies outside the source
// is background.
#pragma once
#include <cstdint>
#include <optional>

#include "runs/collect.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me {

struct Window {
  std::int64_t left, top, right, bottom;
  Size size() const { return {bottom - top, right - left}; }
};

// Appends the canonical runs seen through the window; its sides lie in [0, 2^31).
void append_window(const RunList& runs, const Window& window, Buffer<std::uint32_t>& counts);

// The same as bits: writes the whole mask that is seen.
void write_window(const std::uint64_t* mask, Size size, const Window& window, std::uint64_t* out);

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

// Nothing where the windows are so large that runs are rather looked through.
template <class WindowOf>
std::optional<PackedMasks> see_through(const PackedView& masks, const Exec& exec,
                                       WindowOf window_of) {
  Buffer<Window> windows;
  Buffer<std::int64_t> sizes;
  for (std::int64_t i = 0; i < masks.n; i++) {
    const Window window = window_of(i, masks.size(i));
    windows.push_back(window);
    sizes.push_back(window.size().height);
    sizes.push_back(window.size().width);
  }
  if (!stays_packed(sizes.data(), masks.n, masks)) return std::nullopt;
  PackedMasks out(sizes.data(), masks.n);
  const double cost = 100 + out.view().mean_words();
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      write_window(masks.mask(i), masks.size(i), windows[i], out.mask(i));
    }
  });
  return out;
}

}  // namespace me
