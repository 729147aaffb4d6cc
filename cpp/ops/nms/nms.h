// nms: of overlapping masks or boxes, keep those that come first. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "geometry/box_overlap.h"
#include "runs/runs.h"

namespace me::cpu {

// What the shared area is divided by: the area of either, or of the smaller one.
enum class Overlap { iou, ios };

// Who competes: `order` lists all n items, the first choice first; `categories` has a number in
// [0, category_count) per item, and items of different ones never meet.
struct Contest {
  const std::int64_t* order;
  const std::int64_t* categories;
  std::int64_t category_count;
  double threshold;
  Overlap overlap;
};

// The items that are kept, in order: those whose overlap with no kept item before them is above
// the threshold. Masks have one size.
Buffer<std::int64_t> nms_masks(const RunsView& masks, const Contest& contest, const Exec& exec);

// The same for n boxes of four finite numbers.
Buffer<std::int64_t> nms_boxes(const double* boxes, std::int64_t n, BoxFormat format,
                               const Contest& contest, const Exec& exec);

}  // namespace me::cpu
