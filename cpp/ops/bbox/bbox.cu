#include "ops/bbox/bbox.h"

#include "base/atomics.h"
#include "base/primitives.h"
#include "runs/run_blocks.cuh"

namespace me::cuda {
namespace {

constexpr std::int64_t nothing = INT64_MAX;

struct Box {
  std::int64_t left = nothing, top = nothing, right = 0, bottom = 0;
};

struct ClearBox {
  Box* boxes;
  ME_HD void operator()(std::int64_t m) const { boxes[m] = Box{}; }
};

struct GrowBoxes {
  const std::uint32_t* counts;
  const std::int64_t* positions;
  const std::int64_t* offsets;
  const std::int64_t* sizes;
  Box* boxes;

  ME_HD Box begin(std::int64_t) const { return {}; }
  ME_HD void foreground(Box& box, std::int64_t m, std::int64_t k) const {
    if (counts[k] == 0) return;
    const std::int64_t height = sizes[2 * m];
    const std::int64_t first = positions[k] - positions[offsets[m]];
    const std::int64_t last = first + counts[k] - 1;
    const std::int64_t left = first / height;
    const std::int64_t right = last / height;
    std::int64_t top = first - left * height;
    std::int64_t bottom = last - right * height + 1;
    if (left != right) {  // over the end of a column: its last row and the next one's first
      top = 0;
      bottom = height;
    }
    if (left < box.left) box.left = left;
    if (top < box.top) box.top = top;
    if (right + 1 > box.right) box.right = right + 1;
    if (bottom > box.bottom) box.bottom = bottom;
  }
  ME_HD void end(const Box& box, std::int64_t m) const {
    if (box.right == 0) return;
    atomic_min(&boxes[m].left, box.left);
    atomic_min(&boxes[m].top, box.top);
    atomic_max(&boxes[m].right, box.right);
    atomic_max(&boxes[m].bottom, box.bottom);
  }
};

// The box of mask m as it is given.
struct FinishBox {
  bool xywh;
  Box* boxes;

  ME_HD void operator()(std::int64_t m) const {
    Box& box = boxes[m];
    if (box.right == 0) box = Box{0, 0, 0, 0};
    if (xywh) {
      box.right -= box.left;
      box.bottom -= box.top;
    }
  }
};

}  // namespace

void bbox(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes, bool xywh,
          std::int64_t* boxes) {
  static_assert(sizeof(Box) == 4 * sizeof(std::int64_t));
  Box* const out = reinterpret_cast<Box*>(boxes);
  const DeviceArray<std::int64_t> positions(queue, masks.n_counts + 1);
  running_sums(queue, masks.counts, masks.n_counts, positions.data());
  for_each(queue, masks.n, ClearBox{out});
  for_each_run(queue, masks, GrowBoxes{masks.counts, positions.data(), masks.offsets, sizes, out});
  for_each(queue, masks.n, FinishBox{xywh, out});
}

}  // namespace me::cuda
