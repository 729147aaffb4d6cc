#include "geometry/line.h"

#include <cmath>

namespace me::kernels {
namespace {

double clamped(double z, double bottom) {
  z = z > 0 ? z : 0;
  return z < bottom ? z : bottom;
}

bool plain(const Line& line, const Columns& columns, std::int64_t first, std::int64_t n,
           std::uint32_t* rows) {
  bool doubtful = false;
  double u = columns.u_step * static_cast<double>(first) + columns.u_first;
  for (std::int64_t i = 0; i < n; i++, u += columns.u_step) {
    const double z = clamped((line.base + line.slope * (u - line.origin)) + 0.5, columns.bottom);
    const auto whole = static_cast<double>(static_cast<std::int32_t>(z));
    const double rest = z - whole;  // a clamped z is taken for doubtful, which is harmless
    doubtful |= rest < line_doubt || rest > 1 - line_doubt;
    rows[i] = static_cast<std::uint32_t>(
        static_cast<std::int32_t>((whole + columns.shift) * columns.scale));
  }
  return doubtful;
}

void walk(const Line& line, const Columns& columns, std::int64_t first, std::int64_t n,
          std::uint32_t* rows) {
  if (line.steep == 0) {
    plain(line, columns, first, n, rows);
    return;
  }
  const double start = line.origin + 0.5;
  const bool rises = line.across > 0;
  double u = columns.u_step * static_cast<double>(first) + columns.u_first;
  for (std::int64_t i = 0; i < n; i++, u += columns.u_step) {
    const double q = line.slope * (u - line.origin);  // in (0, 2^31)
    const auto t = static_cast<double>(static_cast<std::int32_t>(q + 0.5));
    const bool passed = ((start + line.across * t) + 0.5 >= u + 1) == rises;
    const double z = clamped(line.base + t - (passed ? 1.0 : 0.0), columns.bottom);
    rows[i] =
        static_cast<std::uint32_t>(static_cast<std::int32_t>((z + columns.shift) * columns.scale));
  }
}

}  // namespace

const LineKernels line_scalar = {&plain, &walk};

}  // namespace me::kernels
