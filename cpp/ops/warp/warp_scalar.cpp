#include "ops/warp/warp_kernels.h"

namespace me::kernels {
namespace {

struct Scalar {
  static constexpr std::int64_t lanes = 1;

  static std::uint64_t look_up(const WarpColumn& c, double row) {
    const double y = row + c.centre;
    double px = c.base[0] + c.step[0] * y;
    double py = c.base[1] + c.step[1] * y;
    if (!c.affine) {
      const double pw = c.base[2] + c.step[2] * y;
      px /= pw;
      py /= pw;
    }
    px += c.half;
    py += c.half;
    if (!(px >= 0 && px < c.columns && py >= 0 && py < c.rows)) return 0;
    const std::int64_t position =
        static_cast<std::int64_t>(px) * c.height + static_cast<std::int64_t>(py);
    return c.words[position >> 6] >> (position & 63) & 1;
  }
};

}  // namespace

std::uint64_t warp_rows_scalar(const WarpColumn& column, std::int64_t y, std::int64_t n) {
  return warp_rows<Scalar>(column, y, n);
}

}  // namespace me::kernels
