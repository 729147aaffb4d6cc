#include "ops/hu_moments/hu_moments.h"

namespace me::cpu {

void hu_moments(const double* normalised, std::int64_t stride, std::int64_t n, double* out) {
  for (std::int64_t i = 0; i < n; i++, normalised += stride, out += hu_count) {
    const double n20 = normalised[0];
    const double n11 = normalised[1];
    const double n02 = normalised[2];
    const double n30 = normalised[3];
    const double n21 = normalised[4];
    const double n12 = normalised[5];
    const double n03 = normalised[6];
    const double p = n30 + n12;
    const double q = n21 + n03;
    const double r = n30 - 3 * n12;
    const double s = 3 * n21 - n03;
    const double spread = n20 - n02;
    const double p_part = p * (p * p - 3 * q * q);
    const double q_part = q * (3 * p * p - q * q);
    out[0] = n20 + n02;
    out[1] = spread * spread + 4 * n11 * n11;
    out[2] = r * r + s * s;
    out[3] = p * p + q * q;
    out[4] = r * p_part + s * q_part;
    out[5] = spread * (p * p - q * q) + 4 * n11 * p * q;
    out[6] = s * p_part - r * q_part;
  }
}

}  // namespace me::cpu
