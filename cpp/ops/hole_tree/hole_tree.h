// hole_tree: which hole lies in which component, and which component in which hole. Runs on the
// CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/view.h"
#include "runs/runs.h"

namespace me::cpu {

// Mask after mask; numbers count from 1 in each mask, 0 is none. Components and holes are in raster
// order of their first pixels.
struct HoleTree {
  Buffer<std::int64_t> component_counts, hole_counts;  // of each mask
  Buffer<std::int64_t> parent;                         // component -> the hole that it lies in
  Buffer<std::int64_t> depth;                          // component -> components around it
  Buffer<std::int64_t> hole_parent;                    // hole -> the component it is a hole of
  Buffer<std::int64_t> hole_area;                      // all that is enclosed
  Buffer<std::int64_t> hole_boxes;                     // left, top, width, height
  Buffer<std::int64_t> hole_first_pixels;              // x, y

  // Room for so many more.
  void reserve(std::int64_t components, std::int64_t holes);
  void append(const HoleTree& other);
};

HoleTree hole_tree(const MaskView& masks, bool valued, bool corners, const Exec& exec);
HoleTree hole_tree(const RunsView& masks, bool corners, const Exec& exec);

}  // namespace me::cpu
