// On which side of a line a point lies, decided exactly.
#pragma once
#include <cmath>

namespace me {

// Positive when (a, b, c) turns from the x axis towards the y axis, negative when it turns the
// other way, 0 when the three are on one line. Exact while products of two coordinates neither
// overflow nor lose bits below the smallest double.
inline int orientation(const double* a, const double* b, const double* c) {
  const double left = (b[0] - a[0]) * (c[1] - a[1]);
  const double right = (b[1] - a[1]) * (c[0] - a[0]);
  const double quick = left - right;
  // four roundings, each by at most 2^-53 of its result
  if (std::abs(quick) > 0x1p-50 * (std::abs(left) + std::abs(right))) return quick > 0 ? 1 : -1;
  // The determinant as a sum of parts that do not overlap, smallest first: the largest that is not
  // zero has the sign of the sum.
  double parts[12];
  int n = 0;
  const auto add = [&](double value) {
    for (int k = 0; k < n; k++) {
      const double sum = value + parts[k];
      const double of_part = sum - value;
      parts[k] = (value - (sum - of_part)) + (parts[k] - of_part);
      value = sum;
    }
    parts[n++] = value;
  };
  const auto add_product = [&](double p, double q) {
    const double product = p * q;
    add(std::fma(p, q, -product));
    add(product);
  };
  add_product(a[0], b[1]);
  add_product(-a[1], b[0]);
  add_product(b[0], c[1]);
  add_product(-b[1], c[0]);
  add_product(c[0], a[1]);
  add_product(-c[1], a[0]);
  for (int k = n - 1; k >= 0; k--) {
    if (parts[k] != 0) return parts[k] > 0 ? 1 : -1;
  }
  return 0;
}

}  // namespace me
