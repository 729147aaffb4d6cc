#include "ops/centroid/centroid.h"

#include <algorithm>
#include <limits>

#include "base/parallel.h"
#include "runs/columns.h"
#include "runs/power_sums.h"

namespace me::cpu {
namespace {

#if defined(ME_HAS_INT128)
using Widest = Wide;  // exact for any mask
#else
using Widest = double;
#endif

// T holds twice the sums of coordinates: exact in 64 bits while area * side < 2^63.
template <class T>
void centroid_of(const RunList& runs, double* point) {
  std::int64_t area = 0;
  T twice_x{0};
  T twice_y{0};
  for_each_block(runs, [&](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    const std::int64_t pixels = (x1 - x0) * (y1 - y0);
    area += pixels;
    twice_x += static_cast<T>(pixels) * static_cast<T>(x0 + x1);  // centres: x0 + x1 - 1 + 1
    twice_y += static_cast<T>(pixels) * static_cast<T>(y0 + y1);
  });
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const double pixels = 2.0 * static_cast<double>(area);
  point[0] = area == 0 ? nothing : static_cast<double>(twice_x) / pixels;
  point[1] = area == 0 ? nothing : static_cast<double>(twice_y) / pixels;
}

}  // namespace

void centroid(const RunsView& masks, double* points, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, 10.0 + 1.0 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const RunList runs = masks[i];
      const double side = static_cast<double>(std::max(runs.size.height, runs.size.width));
      const bool fits = static_cast<double>(runs.size.area()) * side < 9e18;
      (fits ? centroid_of<std::uint64_t> : centroid_of<Widest>)(runs, points + 2 * i);
    }
  });
}

}  // namespace me::cpu
