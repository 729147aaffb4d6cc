// edge_offset: how far the edges between labels of one map lie from those of another, with a sign.
// Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

enum class Metric { euclidean, chebyshev, cityblock };

inline constexpr std::int64_t max_edge_offset = 64;  // pixels

// Columns with a row for each pair of labels a < b, as their type orders them, that share a pixel
// edge in the reference; sorted. `sum` and `squares` are of offsets in units of 1 / 2048 pixel,
// positive where a has grown, over `edges`, of which `clipped` were cut off at the limit;
// `elsewhere` counts edges where the other map has neither a nor b on one of the two sides.
struct EdgeOffsets {
  Buffer<std::uint64_t> a, b;
  Buffer<std::int64_t> edges, clipped, elsewhere, sum, squares;
};

// Of two maps of one size and element type, of which the pixels of each row lie side by side;
// 0 < limit <= max_edge_offset.
EdgeOffsets edge_offset(const MaskView& reference, const MaskView& other, double limit,
                        Metric metric, const Exec& exec);

}  // namespace me::cpu
