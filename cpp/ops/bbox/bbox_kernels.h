// The rows that the foreground of one mask takes up. A kernel for masks of common size.
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

}  // namespace me::kernels
