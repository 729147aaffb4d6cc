// Where the runs of a mask end.
#pragma once
#include <cstdint>

#include "base/dispatch.h"
#include "runs/runs.h"
#include "runs/sums_kernels.h"

namespace me {

// Writes the ends of the runs of a mask of fewer than 2^32 pixels to out[0, runs.n); false when
// they do not rise from the second on to the area, as an empty run makes them.
inline bool write_ends(const RunList& runs, std::uint32_t* out) {
  const auto sums =
      select(&kernels::running_sums_scalar, ME_X86(&kernels::running_sums_avx2), nullptr);
  const auto area = static_cast<std::uint32_t>(runs.size.area());
  return runs.n > 0 && sums(runs.counts, runs.n, out) && out[runs.n - 1] == area;
}

}  // namespace me
