#include "runs/line_pairs.h"

#include <algorithm>

namespace me {
namespace {

Box united(const Box& a, const Box& b) {
  if (a.right == 0) return b;
  if (b.right == 0) return a;
  return {std::min(a.left, b.left), std::max(a.right, b.right), std::min(a.top, b.top),
          std::max(a.bottom, b.bottom)};
}

template <class View>
std::int64_t void_item(const View& view, std::int64_t i) {
  return view.n == 1 ? 0 : i;
}

Box box_of_pair(const MaskPairs& pairs, std::int64_t i) {
  Box box = united(box_of(pairs.run_a[i]), box_of(pairs.run_b[i]));
  if (pairs.run_void && box.right != 0) {
    box = united(box, box_of((*pairs.run_void)[void_item(*pairs.run_void, i)]));
  }
  return box;
}

}  // namespace

PairWindow window_of(const MaskPairs& pairs, std::int64_t i, std::int64_t margin) {
  PairWindow window;
  const Size size = pairs.size(i);
  if (size.height == 0 || size.width == 0) return window;
  if (!pairs.are_runs) {
    window.columns = LineLayout(pairs.array_a).columns;
    window.stack =
        window.columns ? LineStack{size.width, size.height} : LineStack{size.height, size.width};
    window.at_edge = {true, true, true, true};
    return window;
  }
  Box box = box_of_pair(pairs, i);
  if (box.right == 0) return window;
  box = {std::max<std::int64_t>(box.left - margin, 0), std::min(box.right + margin, size.width),
         std::max<std::int64_t>(box.top - margin, 0), std::min(box.bottom + margin, size.height)};
  window.columns = true;
  window.box = box;
  window.stack = {box.right - box.left, box.bottom - box.top};
  window.at_edge = {box.left == 0, box.right == size.width, box.top == 0,
                    box.bottom == size.height};
  return window;
}

std::unique_ptr<LineSource> lines_of(const MaskPairs& pairs, std::int64_t i, PairSide side,
                                     const PairWindow& window) {
  if (pairs.are_runs) {
    if (side == PairSide::none) {
      if (!pairs.run_void) return nullptr;
      const RunsView& view = *pairs.run_void;
      return std::make_unique<RunLines>(view[void_item(view, i)], window.box);
    }
    const RunsView& view = side == PairSide::a ? pairs.run_a : pairs.run_b;
    return std::make_unique<RunLines>(view[i], window.box);
  }
  if (side == PairSide::none) {
    if (!pairs.array_void) return nullptr;
    const MaskView& view = *pairs.array_void;
    return std::make_unique<ArrayLines>(view, void_item(view, i), window.columns);
  }
  const MaskView& view = side == PairSide::a ? pairs.array_a : pairs.array_b;
  return std::make_unique<ArrayLines>(view, i, window.columns);
}

double pair_pixels(const MaskPairs& pairs, std::int64_t i) {
  const Size size = pairs.size(i);
  return double(size.height) * double(size.width);
}

}  // namespace me
