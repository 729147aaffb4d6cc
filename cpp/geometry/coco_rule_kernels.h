// The rows at which the edges of a COCO ring cross columns, four at a time.
#pragma once
#include <cstdint>

namespace me::kernels {

// Room for the rows of one column, a power of two; the last place is never taken.
inline constexpr std::int64_t slot_rows = 16;
// Columns beyond the last one whose slots are written, and left as if empty.
inline constexpr std::int64_t slot_padding = 4;
// Vertices are nearer to 0 than this, in fifths of a pixel.
inline constexpr std::int32_t slot_reach = 1 << 18;

// The crossings of the columns [first, first + n), collected in any order.
struct ColumnSlots {
  std::int64_t first, n;
  double bottom;          // 5 * height + 2
  std::uint32_t* counts;  // of each column, and of slot_padding more; zeros to begin with
  std::uint32_t* rows;    // slot_rows for each; no use where the count is that large
};

// Edges of n vertices, to a multiple of four.
inline std::int64_t padded_edges(std::int64_t n) { return (n + 3) / 4 * 4; }

// Snaps n > 0 vertices to fifths of a pixel, (int)(5 x + 0.5), as whole numbers: u and v get
// padded_edges(n) + 1 of them, after the last one the first again. [*low, *high]
// by the u of each. Gives false where a vertex is too far, or not a number.
using SnapRing = bool (*)(const double* xy, std::int64_t n, double* u, double* v, double* low,
                          double* high);

// Adds the crossings of edges from vertex i to vertex i + 1, a multiple of four edges.
using CrossColumns = void (*)(const double* u, const double* v, std::int64_t edges,
                              const ColumnSlots& slots);

struct CocoKernels {
  SnapRing snap;
  CrossColumns cross;
};

extern const CocoKernels coco_avx2;

}  // namespace me::kernels
