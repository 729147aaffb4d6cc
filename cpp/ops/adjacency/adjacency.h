// adjacency: which labels of a map touch, and by how much. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

// Row k: labels a[k] and b[k] (bit patterns; a before b in the order of the element type) share
// edges[k] pixel edges and corners[k] corners. Rows are sorted by a, then b.
struct Adjacency {
  Buffer<std::uint64_t> a, b;
  Buffer<std::int64_t> edges, corners;
};

// Pairs of pixels that touch at a corner are counted when `with_corners`; background, 0, touches
// nothing. The label map is the first of the stack.
Adjacency adjacency(const MaskView& map, bool with_corners, const Exec& exec);

}  // namespace me::cpu
