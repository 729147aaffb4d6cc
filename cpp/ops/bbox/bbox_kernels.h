// The rows that the foreground of one mask takes up, and the boxes of many. Kernels for masks of
// common size.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

inline constexpr std::int64_t row_range_area = std::int64_t{1} << 24;  // exact as a float

struct RowRange {
  std::uint32_t top, bottom;  // [top, bottom); empty where the kernel cannot tell
};

// The rows of the foreground of counts[0, n), n even and positive, of a mask with rows [0, height)
// and at most row_range_area pixels. Cannot tell when a foreground run is empty.
using FindRows = RowRange (*)(const std::uint32_t* counts, std::int64_t n, std::uint32_t height);

RowRange find_rows_avx2(const std::uint32_t* counts, std::int64_t n, std::uint32_t height);

// Masks as RunsView has them.
struct RunColumns {
  const std::uint32_t* counts;
  const std::int64_t* offsets;
  const std::int64_t* sizes;
};

inline constexpr std::int64_t boxes_area = std::int64_t{1} << 21;  // of one mask, at most
inline constexpr std::int64_t boxes_height = 65535;                // below this

// The boxes of masks [begin, end), as me::cpu::bbox writes them; counts before `limit` can be read.
// Gives where it stopped: at a mask that is too large, without foreground, or whose first or last
// foreground run is empty.
using FindBoxes = std::int64_t (*)(const RunColumns& masks, std::int64_t begin, std::int64_t end,
                                   std::int64_t limit, bool xywh, std::int64_t* boxes);

std::int64_t find_boxes_avx512(const RunColumns& masks, std::int64_t begin, std::int64_t end,
                               std::int64_t limit, bool xywh, std::int64_t* boxes);

}  // namespace me::kernels
