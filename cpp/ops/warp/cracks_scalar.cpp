#include <algorithm>
#include <cmath>
#include <utility>

#include "ops/warp/crack_kernels.h"
#include "ops/warp/map.h"

namespace me::kernels {
namespace {

double clamped(double value) { return value < 0 ? 0 : (value > 1 ? 1 : value); }

// Marks one crack; -1 when the caller is to.
std::int64_t mark_one(const CrackMap& map, cpu::Point a, cpu::Point b, Mark* marks) {
  const double run = b.x - a.x;
  if (!(run < most_run && run > least_run && std::fabs(a.x) < 0x1p31 && std::fabs(a.y) < 0x1p31 &&
        std::fabs(b.y) < 0x1p31)) {
    return -1;
  }
  const double spread = map.slack + map.slack * 100.0 * std::fabs(b.y - a.y);  // along the slope
  const double first = std::ceil(a.x - map.centre - map.slack);
  std::int64_t n = 0;
  for (int k = 0; k < most_crossed; k++) {
    const double x = first + k;
    const double u = x + map.centre;
    if (!(u <= b.x + map.slack)) break;
    const double v = a.y + clamped((u - a.x) / run) * (b.y - a.y) - map.centre;
    const double y = std::ceil(v - spread);
    if (!(x >= 0 && x < map.width)) continue;
    if (std::ceil(v + spread) != y) return -1;
    marks[n] = {static_cast<std::uint32_t>(static_cast<std::int64_t>(x)),
                static_cast<std::uint32_t>(static_cast<std::int64_t>(y))};
    n += y >= 0 && y < map.height ? 1 : 0;
  }
  return n;
}

}  // namespace

std::int64_t mark_cracks_scalar(const CrackMap& map, const Cracks& cracks, Mark* marks,
                                CrackFindings& found) {
  cpu::Map way;
  std::copy(map.m, map.m + 9, way.m);
  const auto place = [&](std::int32_t x, std::int32_t y) {
    return way(static_cast<double>(x) - map.shift, static_cast<double>(y) - map.shift);
  };
  std::int64_t n = 0;
  found.n_rest = 0;
  for (std::int64_t i = 0; i < cracks.n; i++) {
    cpu::Point a = place(cracks.x0[i], cracks.y0[i]);
    cpu::Point b = place(cracks.x1[i], cracks.y1[i]);
    if (b.x < a.x) std::swap(a, b);
    found.left = a.x < found.left ? a.x : found.left;
    found.right = b.x > found.right ? b.x : found.right;
    const std::int64_t of_crack = mark_one(map, a, b, marks + n);
    if (of_crack < 0) {
      found.rest[found.n_rest++] = static_cast<std::uint8_t>(i);
    } else {
      n += of_crack;
    }
  }
  return n;
}

}  // namespace me::kernels
