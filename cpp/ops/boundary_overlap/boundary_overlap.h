// boundary_overlap: pixels of pairs of masks and of the bands along their outlines, and how many
// are in both. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/line_pairs.h"

namespace me::cpu {

// Of one pair: pixels of either mask and of both; pixels of either band and of both.
struct BoundaryOverlap {
  std::int64_t a, b, both;
  std::int64_t band_a, band_b, band_both;
};

// The band of a mask is what erosion by a square of side 2 * width + 1 takes away; `from_edge` says
// whether it comes from the edge of the image, too. Bands are those of the whole masks; void pixels
// are not counted. Writes one entry for each pair.
void boundary_overlap(const MaskPairs& pairs, std::int64_t width, bool from_edge,
                      BoundaryOverlap* out, const Exec& exec);

}  // namespace me::cpu
