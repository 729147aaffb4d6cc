#include "ops/nms/nms.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "runs/segments.h"

namespace me::cpu {
namespace {

// Candidates that are held against those kept so far at the same time, on several threads; inside
// a block they are taken one after the other.
constexpr std::int64_t block_items = 256;

// kills(a, b) says whether a kept item a removes the later b; about `cost` nanoseconds, and `most`
// where all items meet.
template <class Kills>
Buffer<std::int64_t> keep_best(std::int64_t n, const Contest& contest, double cost, double most,
                               const Exec& exec, Kills kills) {
  std::vector<Buffer<std::int64_t>> rivals(static_cast<std::size_t>(contest.category_count));
  const auto of = [&](std::int64_t item) -> Buffer<std::int64_t>& {
    return rivals[static_cast<std::size_t>(contest.categories[item])];
  };
  Buffer<std::int64_t> kept;
  Buffer<std::uint8_t> alive(std::min(n, block_items));
  for (std::int64_t begin = 0; begin < n; begin += block_items) {
    const std::int64_t size = std::min(block_items, n - begin);
    const std::int64_t* const items = contest.order + begin;
    const auto survives = [&](std::int64_t item, std::int64_t from) {
      const Buffer<std::int64_t>& before = of(item);
      for (std::int64_t k = from; k < before.size(); k++) {
        if (kills(before[k], item)) return false;
      }
      return true;
    };
    std::vector<std::int64_t> decided(static_cast<std::size_t>(size));
    for (std::int64_t k = 0; k < size; k++) {
      decided[static_cast<std::size_t>(k)] = of(items[k]).size();
    }
    const double each = cost * static_cast<double>(kept.size() / contest.category_count + 1);
    for_ranges(exec, size, each, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t k = first; k < last; k++) {
        poll(most * static_cast<double>(kept.size()));
        alive[k] = survives(items[k], 0) ? 1 : 0;
      }
    });
    for (std::int64_t k = 0; k < size; k++) {
      poll(most * static_cast<double>(size));
      if (alive[k] == 0 || !survives(items[k], decided[static_cast<std::size_t>(k)])) continue;
      of(items[k]).push_back(items[k]);
      kept.push_back(items[k]);
    }
  }
  return kept;
}

// Whether the overlap is above the threshold; rounded as iou rounds it.
bool above(double shared, double area_a, double area_b, const Contest& contest) {
  if (!(shared > 0)) return false;
  const double whole =
      contest.overlap == Overlap::iou ? area_a + area_b - shared : std::min(area_a, area_b);
  return shared / whole > contest.threshold;
}

template <class Position>
Buffer<std::int64_t> nms_segments(const RunsView& masks, const Contest& contest, const Exec& exec) {
  const SegmentTable<Position> table(masks, exec);
  const auto kills = [&](std::int64_t i, std::int64_t j) {
    const Segments<Position>& a = table[i];
    const Segments<Position>& b = table[j];
    if (!boxes_meet(a.box, b.box)) return false;
    const std::int64_t width =
        std::min(a.box.right, b.box.right) - std::max(a.box.left, b.box.left);
    const std::int64_t height =
        std::min(a.box.bottom, b.box.bottom) - std::max(a.box.top, b.box.top);
    const std::int64_t most = std::min({width * height, a.area, b.area});
    const auto of_a = static_cast<double>(a.area);
    const auto of_b = static_cast<double>(b.area);
    // Both the quotient and its rounding grow with what is shared, so this decides for less, too.
    if (!above(static_cast<double>(most), of_a, of_b, contest)) return false;
    return above(static_cast<double>(shared_area(a, b)), of_a, of_b, contest);
  };
  return keep_best(masks.n, contest, 20.0, 20.0 + 8.0 * masks.mean_counts(), exec, kills);
}

}  // namespace

Buffer<std::int64_t> nms_masks(const RunsView& masks, const Contest& contest, const Exec& exec) {
  if (masks.n == 0) return {};
  const Size size = masks.size(0);
  for (std::int64_t i = 1; i < masks.n; i++) {
    if (masks.size(i) == size) continue;
    throw Error(ErrorKind::shape_mismatch, "masks",
                "expected the size (" + std::to_string(size.height) + ", " +
                    std::to_string(size.width) + ") of masks[0], got (" +
                    std::to_string(masks.size(i).height) + ", " +
                    std::to_string(masks.size(i).width) + ")",
                i);
  }
  return size.area() <= UINT32_MAX ? nms_segments<std::uint32_t>(masks, contest, exec)
                                   : nms_segments<std::int64_t>(masks, contest, exec);
}

Buffer<std::int64_t> nms_boxes(const double* boxes, std::int64_t n, BoxFormat format,
                               const Contest& contest, const Exec& exec) {
  if (n == 0) return {};
  Buffer<Corners> corners(n);
  for (std::int64_t i = 0; i < n; i++) corners[i] = corners_of(boxes + 4 * i, format);
  return keep_best(n, contest, 3.0, 3.0, exec, [&](std::int64_t i, std::int64_t j) {
    return above(shared_area(corners[i], corners[j]), corners[i].area, corners[j].area, contest);
  });
}

}  // namespace me::cpu
