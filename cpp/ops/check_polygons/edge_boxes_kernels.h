// Boxes that overlap one box. One kernel per CPU level.
#pragma once
#include <cstdint>

namespace me::kernels {

inline constexpr std::int64_t box_block = 8;

// Columns of boxes [low, high] x [top, bottom].
struct Boxes {
  const double *low, *high, *top, *bottom;
};

// Looks at blocks of boxes from `from` on, until `n` or a block whose first box starts after `end`;
// columns are readable to a whole block. Returns the start of the first block in which boxes
// overlap box `one`, bit j of *hits for the one at start + j, or n.
using NextOverlaps = std::int64_t (*)(const Boxes& boxes, std::int64_t one, std::int64_t from,
                                      std::int64_t n, double end, std::uint32_t* hits);

std::int64_t next_overlaps_scalar(const Boxes& boxes, std::int64_t one, std::int64_t from,
                                  std::int64_t n, double end, std::uint32_t* hits);
std::int64_t next_overlaps_avx2(const Boxes& boxes, std::int64_t one, std::int64_t from,
                                std::int64_t n, double end, std::uint32_t* hits);

}  // namespace me::kernels
