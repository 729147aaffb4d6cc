// The sign of a sum of products of doubles, decided exactly.
#pragma once
#include <cmath>

#include "base/host_device.h"

namespace me {

// Keeps a sum as parts that do not overlap, at most `room`. Exact while nothing over- or
// underflows.
template <int room = 192>
class ExactSum {
 public:
  ME_HD void add(double value) {
    int kept = 0;
    for (int k = 0; k < n_; k++) {
      const double sum = value + parts_[k];
      const double of_part = sum - value;
      const double rest = (value - (sum - of_part)) + (parts_[k] - of_part);
      if (rest != 0) parts_[kept++] = rest;
      value = sum;
    }
    n_ = kept;
    if (value != 0) parts_[n_++] = value;
  }

  ME_HD void add_product(double p, double q) {
    const double product = p * q;
    add(std::fma(p, q, -product));
    add(product);
  }

  // The largest part has the sign of the sum.
  ME_HD int sign() const { return n_ == 0 ? 0 : parts_[n_ - 1] > 0 ? 1 : -1; }

  ME_HD int size() const { return n_; }
  ME_HD double operator[](int k) const { return parts_[k]; }

  // Adds the product of two sums, times `scale`, which is 1 or -1.
  template <int few>
  ME_HD void add_product(const ExactSum<few>& a, const ExactSum<few>& b, double scale) {
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < b.size(); j++) add_product(scale * a[i], b[j]);
    }
  }

 private:
  double parts_[room];
  int n_ = 0;
};

}  // namespace me
