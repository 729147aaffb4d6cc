// A mask as the sorted positions at which its value changes.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/dispatch.h"
#include "runs/runs.h"
#include "runs/sums_kernels.h"

namespace me {

// Toggles are strictly increasing and below the area; the value before the first is background.
// A list of n is followed by the area, so that the stretches [t[0], t[1]), [t[2], t[3]), ... are
// the foreground for an odd n too.
inline constexpr std::int64_t toggle_padding = 1;

// Writes the toggles of `runs` and their padding to out[0, runs.n + toggle_padding); returns n.
// Position holds the area: uint32 below 2^32 pixels, else int64.
template <class Position>
std::int64_t toggles_of(const RunList& runs, Position* out) {
  const std::int64_t area = runs.size.area();
  if constexpr (sizeof(Position) == sizeof(std::uint32_t)) {  // runs in order, none empty
    const auto sums =
        select(&kernels::running_sums_scalar, ME_X86(&kernels::running_sums_avx2), nullptr);
    if (runs.n > 0 && sums(runs.counts, runs.n, out) && out[runs.n - 1] == area) {
      out[runs.n] = static_cast<Position>(area);
      return runs.n - 1;
    }
  }
  std::int64_t position = 0;
  std::int64_t zeros = 0;
  for (std::int64_t i = 0; i < runs.n; i++) {
    const std::int64_t count = runs.counts[i];
    position += count;
    zeros += count == 0 ? 1 : 0;
    out[i] = static_cast<Position>(std::min(position, area));
  }
  std::int64_t n = runs.n;
  while (n > 0 && std::int64_t{out[n - 1]} >= area) n--;
  if (zeros > (n > 0 && out[0] == 0 ? 1 : 0)) {  // equal toggles cancel in pairs
    std::int64_t kept = 0;
    for (std::int64_t i = 0; i < n; i++) {
      const Position value = out[i];
      if (kept > 0 && out[kept - 1] == value) {
        kept--;
      } else {
        out[kept++] = value;
      }
    }
    n = kept;
  }
  out[n] = static_cast<Position>(area);
  return n;
}

}  // namespace me
