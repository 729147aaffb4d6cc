// Masks of bits written some columns at a time, on several threads.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/parallel.h"
#include "runs/packed_masks.h"

namespace me {

// So many columns begin and end with whole words, whatever their height.
inline constexpr std::int64_t band_columns = 64;

// Calls write(i, first, end, words) for columns [first, end) of every mask i of `out`, each in one
// band of at most 64, which begins at words[0] and shares no word with others. A pixel costs about
// `pixel_ns`.
template <class Write>
void for_column_bands(const Exec& exec, PackedMasks& out, double pixel_ns, Write write) {
  const PackedView masks = out.view();
  Buffer<std::int64_t> firsts;  // band of each mask
  std::int64_t bands = 0;
  for (std::int64_t i = 0; i < masks.n; i++) {
    const Size size = masks.size(i);
    firsts.push_back(bands);
    if (size.area() > 0) bands += (size.width + band_columns - 1) / band_columns;
  }
  if (bands == 0) return;
  const double cost =
      100 + 64 * pixel_ns * static_cast<double>(masks.total_words()) / static_cast<double>(bands);
  for_ranges(exec, bands, cost, [&](std::int64_t band, std::int64_t end) {
    std::int64_t i = std::upper_bound(firsts.begin(), firsts.end(), band) - firsts.begin() - 1;
    for (; band < end; i++) {
      const std::int64_t stop = std::min(end, i + 1 < masks.n ? firsts[i + 1] : bands);
      const auto [height, width] = masks.size(i);
      for (; band < stop; band++) {
        const std::int64_t first = band_columns * (band - firsts[i]);
        write(i, first, std::min(first + band_columns, width),
              out.mask(i) + (band - firsts[i]) * height);
      }
    }
  });
}

}  // namespace me
