#include "ops/moments/moments.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/parallel.h"
#include "runs/columns.h"
#include "runs/power_sums.h"

namespace me::cpu {
namespace {

// Raw moments in the type that holds them.
template <class T>
struct Raw {
  T m00{}, m10{}, m01{}, m20{}, m11{}, m02{}, m30{}, m21{}, m12{}, m03{};

  template <class X, class Y>
  void add(const PowerSums<X>& x, const PowerSums<Y>& y) {
    const T y0 = static_cast<T>(y.s0), y1 = static_cast<T>(y.s1), y2 = static_cast<T>(y.s2);
    m00 += static_cast<T>(x.s0) * y0;
    m10 += static_cast<T>(x.s1) * y0;
    m20 += static_cast<T>(x.s2) * y0;
    m30 += static_cast<T>(x.s3) * y0;
    m01 += static_cast<T>(x.s0) * y1;
    m11 += static_cast<T>(x.s1) * y1;
    m21 += static_cast<T>(x.s2) * y1;
    m02 += static_cast<T>(x.s0) * y2;
    m12 += static_cast<T>(x.s1) * y2;
    m03 += static_cast<T>(x.s0) * static_cast<T>(y.s3);
  }

  // The moments about (a, b). Integers wrap on the way and come out right, so nothing cancels.
  Raw about(T a, T b) const {
    Raw r;
    r.m00 = m00;
    r.m10 = m10 - a * m00;
    r.m01 = m01 - b * m00;
    r.m20 = m20 - 2 * a * m10 + a * a * m00;
    r.m02 = m02 - 2 * b * m01 + b * b * m00;
    r.m11 = m11 - a * m01 - b * m10 + a * b * m00;
    r.m30 = m30 - 3 * a * m20 + 3 * a * a * m10 - a * a * a * m00;
    r.m03 = m03 - 3 * b * m02 + 3 * b * b * m01 - b * b * b * m00;
    r.m21 = m21 - 2 * a * m11 + a * a * m01 - b * (m20 - 2 * a * m10 + a * a * m00);
    r.m12 = m12 - 2 * b * m11 + b * b * m10 - a * (m02 - 2 * b * m01 + b * b * m00);
    return r;
  }
};

template <class T>
double signed_value(T value) {
  if constexpr (std::is_same_v<T, std::uint64_t>) {
    return static_cast<double>(static_cast<std::int64_t>(value));
#if defined(ME_HAS_INT128)
  } else if constexpr (std::is_same_v<T, Wide>) {
    return static_cast<double>(static_cast<SignedWide>(value));
#endif
  } else {
    return value;
  }
}

template <class T>
Raw<double> to_double(const Raw<T>& raw) {
  return {signed_value(raw.m00), signed_value(raw.m10), signed_value(raw.m01),
          signed_value(raw.m20), signed_value(raw.m11), signed_value(raw.m02),
          signed_value(raw.m30), signed_value(raw.m21), signed_value(raw.m12),
          signed_value(raw.m03)};
}

// Sums over one column are gathered in Column before they meet the powers of x in Total.
template <class Column, class Total>
Raw<Total> raw_moments(const RunList& runs) {
  Raw<Total> raw;
  PowerGatherer<Column> column;
  std::int64_t column_x = 0;
  const auto close_column = [&] {
    if (column.empty()) return;
    raw.add(powers_of<Total>(column_x), column.sums());
    column = {};
  };
  for_each_block(runs, [&](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    if (x0 != column_x) {
      close_column();
      column_x = x0;
    }
    if (x1 - x0 == 1) {
      column.add(y0, y1);
      return;
    }
    PowerGatherer<Total> x;
    PowerGatherer<Column> y;
    x.add(x0, x1);
    y.add(y0, y1);
    raw.add(x.sums(), y.sums());
  });
  close_column();
  return raw;
}

template <class T>
void write(const Raw<T>& exact, double* out) {
  const Raw<double> raw = to_double(exact);
  const double m[10] = {raw.m00, raw.m10, raw.m01, raw.m20, raw.m11,
                        raw.m02, raw.m30, raw.m21, raw.m12, raw.m03};
  std::copy(m, m + 10, out);
  if (raw.m00 == 0) {
    std::fill(out + 10, out + moment_count, 0.0);
    return;
  }
  // First to the whole pixel next to the centroid, exactly; the rest of the way is below 1.
  const double a = std::floor(raw.m10 / raw.m00);
  const double b = std::floor(raw.m01 / raw.m00);
  const Raw<double> near = to_double(exact.about(static_cast<T>(a), static_cast<T>(b)));
  const Raw<double> central = near.about(near.m10 / near.m00, near.m01 / near.m00);
  const double mu[7] = {central.m20, central.m11, central.m02, central.m30,
                        central.m21, central.m12, central.m03};
  const double second = 1.0 / (raw.m00 * raw.m00);
  const double third = second / std::sqrt(raw.m00);
  for (int k = 0; k < 7; k++) {
    out[10 + k] = mu[k];
    out[17 + k] = mu[k] * (k < 3 ? second : third);
  }
}

void moments_of(const RunList& runs, double* out) {
  const double side = static_cast<double>(std::max(runs.size.height, runs.size.width));
  const double largest = static_cast<double>(runs.size.area()) * side * side * side;
  if (largest < 9e18) {  // below 2^63, so that signs survive
    write(raw_moments<std::uint64_t, std::uint64_t>(runs), out);
#if defined(ME_HAS_INT128)
  } else if (largest < 1.6e38 && runs.size.height <= 65536) {
    write(raw_moments<std::uint64_t, Wide>(runs), out);
  } else if (largest < 1.6e38) {
    write(raw_moments<Wide, Wide>(runs), out);
#endif
  } else {
    write(raw_moments<double, double>(runs), out);
  }
}

}  // namespace

void moments(const RunsView& masks, double* values, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, 40.0 + 2.0 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) moments_of(masks[i], values + moment_count * i);
  });
}

}  // namespace me::cpu
