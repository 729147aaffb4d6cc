// Pairs of masks, as runs or arrays, as lines of bits: the same window on both, and on void pixels.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "base/view.h"
#include "runs/bit_lines.h"
#include "runs/line_dilation.h"
#include "runs/runs.h"

namespace me {

// Runs, or else arrays; the masks of a pair agree in size. Void pixels, if any, are of one mask for
// all pairs or of one for each. Owns nothing.
struct MaskPairs {
  std::int64_t n = 0;
  bool are_runs = false;
  RunsView run_a, run_b;
  std::optional<RunsView> run_void;
  MaskView array_a{}, array_b{};
  std::optional<MaskView> array_void;

  Size size(std::int64_t i) const {
    return are_runs ? run_a.size(i) : Size{array_a.height, array_a.width};
  }
};

// A window that holds the foreground of both masks of a pair, with a margin where the image has
// room for it. Lines are rows, or columns.
struct PairWindow {
  LineStack stack{0, 0};
  bool columns = false;
  Outside at_edge;  // which sides of the window are edges of the image
  Box box;
};

// Which mask of a pair.
enum class PairSide { a, b, none };

PairWindow window_of(const MaskPairs& pairs, std::int64_t i, std::int64_t margin);

// The lines of one mask of a pair, or of its void pixels (none: null when there are none).
std::unique_ptr<LineSource> lines_of(const MaskPairs& pairs, std::int64_t i, PairSide side,
                                     const PairWindow& window);

// Pixels of pair i, about, which bound what it costs.
double pair_pixels(const MaskPairs& pairs, std::int64_t i);

}  // namespace me
