// The spans of the swept shapes of capsule.h, for who needs them on the GPU, too.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "geometry/capsule.h"
#include "geometry/exact_sum.h"

namespace me {
namespace swept {

inline constexpr double rounding = 0x1p-49;  // several roundings of a double, relative
inline constexpr double infinite = std::numeric_limits<double>::infinity();

ME_HD inline double pixels(std::int64_t on_grid) {
  return static_cast<double>(on_grid) / static_cast<double>(grid_one);
}

ME_HD inline double centre(std::int64_t i) { return static_cast<double>(i) + 0.5; }

// The pixel nearest to `refused` that is taken, on the way to one that is: what is taken is in one
// piece. Discs that nearly touch inside leave 2^28 pixels open.
template <class Takes>
ME_HD std::int64_t first_taken(std::int64_t refused, std::int64_t taken, Takes takes) {
  while (taken - refused > 1 || refused - taken > 1) {
    const std::int64_t half = refused + (taken - refused) / 2;
    (takes(half) ? taken : refused) = half;
  }
  return taken;
}

// The pixels of which centres may lie in [low, high], cut by those that `covers` refuses at either
// end. Centres farther than `error` inside need no test.
template <class Covers>
ME_HD LineSpan cut(std::int64_t line, std::int64_t length, double low, double high, double error,
                   Covers covers) {
  const double from = std::ceil(std::max(low - error, -1.0) - 0.5);
  const double to = std::floor(std::min(high + error, centre(length)) - 0.5);
  auto begin = std::max<std::int64_t>(static_cast<std::int64_t>(from), 0);
  auto last = std::min(static_cast<std::int64_t>(to), length - 1);
  const auto certain = [&](std::int64_t x) {
    return centre(x) > low + error && centre(x) < high - error;
  };
  const auto takes = [&](std::int64_t x) { return certain(x) || covers(x); };
  const auto middle = static_cast<std::int64_t>(
      std::floor(std::min(std::max((low + high) / 2, 0.0), static_cast<double>(length - 1))));
  for (int tries = 0; begin <= last && !takes(begin); tries++) {
    const bool is_far = tries == 16 && middle > begin && middle <= last && takes(middle);
    begin = is_far ? first_taken(begin, middle, takes) : begin + 1;
  }
  for (int tries = 0; begin <= last && !takes(last); tries++) {
    const bool is_far = tries == 16 && middle < last && middle >= begin && takes(middle);
    last = is_far ? first_taken(last, middle, takes) : last - 1;
  }
  return {line, begin, last + 1};
}

// The sign of x^2 + y^2 - r^2.
ME_HD inline int sign_of_distance(double x, double y, double r) {
  const double value = x * x + y * y - r * r;
  if (std::abs(value) > rounding * (x * x + y * y + r * r)) return value > 0 ? 1 : -1;
  ExactSum<8> sum;
  sum.add_product(x, x);
  sum.add_product(y, y);
  sum.add_product(-r, r);
  return sum.sign();
}

}  // namespace swept

ME_HD inline SweptDisc::SweptDisc(const BrushPoint& a, const BrushPoint& b)
    : au_(swept::pixels(a.u)),
      av_(swept::pixels(a.v)),
      ar_(swept::pixels(a.radius)),
      bu_(swept::pixels(b.u)),
      bv_(swept::pixels(b.v)),
      br_(swept::pixels(b.radius)),
      du_(bu_ - au_),
      dv_(bv_ - av_),
      dr_(br_ - ar_),
      spread_(du_ * du_ + dv_ * dv_ - dr_ * dr_),
      scale_(
          std::max({std::abs(au_), std::abs(av_), std::abs(bu_), std::abs(bv_), ar_, br_, 1.0})) {
  if (swept::sign_of_distance(du_, dv_, dr_) <= 0) spread_ = 0;
}

ME_HD inline void SweptDisc::lines(double* first, double* last) const {
  *first = std::ceil(std::min(av_ - ar_, bv_ - br_) - 0.5);
  *last = std::floor(std::max(av_ + ar_, bv_ + br_) - 0.5);
}

// A point is covered when some disc on the way holds it: when the least value for t in [0, 1] of
// |p - a - t d|^2 - (ar + t dr)^2 = A t^2 - 2 B t + C is not positive.
ME_HD inline bool SweptDisc::covers(std::int64_t line, std::int64_t x) const {
  const double u = swept::centre(x) - au_;
  const double v = swept::centre(line) - av_;
  if (swept::sign_of_distance(u, v, ar_) <= 0) return true;
  if (swept::sign_of_distance(u - du_, v - dv_, br_) <= 0) return true;
  if (!(spread_ > 0)) return false;
  const double ways[3] = {u * du_, v * dv_, ar_ * dr_};
  const double b = ways[0] + ways[1] + ways[2];
  const double b_size = std::abs(ways[0]) + std::abs(ways[1]) + std::abs(ways[2]);
  const double a_size = du_ * du_ + dv_ * dv_ + dr_ * dr_;
  if (b < -swept::rounding * b_size || b > spread_ + swept::rounding * (b_size + a_size))
    return false;
  const double c = u * u + v * v - ar_ * ar_;
  const double c_size = u * u + v * v + ar_ * ar_;
  const double value = spread_ * c - b * b;
  const double error = 8 * swept::rounding * (a_size * c_size + b_size * b_size);
  const bool inside_way =
      b > swept::rounding * b_size && b < spread_ - swept::rounding * (b_size + a_size);
  if (inside_way && std::abs(value) > error) return value < 0;
  ExactSum<8> exact_a;
  ExactSum<8> exact_b;
  ExactSum<8> exact_c;
  for (const double d : {du_, dv_}) exact_a.add_product(d, d);
  exact_a.add_product(-dr_, dr_);
  exact_b.add_product(u, du_);
  exact_b.add_product(v, dv_);
  exact_b.add_product(ar_, dr_);
  exact_c.add_product(u, u);
  exact_c.add_product(v, v);
  exact_c.add_product(-ar_, ar_);
  ExactSum<16> past;  // B - A
  for (int k = 0; k < exact_b.size(); k++) past.add(exact_b[k]);
  for (int k = 0; k < exact_a.size(); k++) past.add(-exact_a[k]);
  if (exact_b.sign() <= 0 || past.sign() >= 0) return false;
  ExactSum<> least;
  least.add_product(exact_a, exact_c, 1);
  least.add_product(exact_b, exact_b, -1);
  return least.sign() <= 0;
}

// Where a common tangent of both discs crosses a line.
ME_HD inline void SweptDisc::add_tangent(double side, double v, Estimate& estimate) const {
  const double length2 = du_ * du_ + dv_ * dv_;
  const double root = side * std::sqrt(std::max(spread_, 0.0));
  const double nu = (-du_ * dr_ - dv_ * root) / length2;
  const double nv = (-dv_ * dr_ + du_ * root) / length2;
  const double pu = au_ + ar_ * nu;
  const double pv = av_ + ar_ * nv;
  const double qu = bu_ + br_ * nu;
  const double qv = bv_ + br_ * nv;
  // the normal is as uncertain as the root, which is when both discs nearly touch inside
  const double tilt =
      swept::rounding * (1 + length2 / std::max(spread_, swept::rounding * length2));
  const double error = scale_ * tilt;
  if (v < std::min(pv, qv) - error || v > std::max(pv, qv) + error) return;
  const double height = qv - pv;
  double t = height == 0 ? 0 : (v - pv) / height;
  t = std::min(std::max(t, 0.0), 1.0);
  const double u = pu + t * (qu - pu);
  const double slope = std::abs(height) > error ? std::abs((qu - pu) / height) : swept::infinite;
  const double here = std::min(error * (1 + slope), std::abs(qu - pu) + error);
  estimate.low = std::min(estimate.low, u);
  estimate.high = std::max(estimate.high, u);
  estimate.error = std::max(estimate.error, here);
}

ME_HD inline LineSpan SweptDisc::span(std::int64_t line, std::int64_t length) const {
  const double v = swept::centre(line);
  Estimate estimate{swept::infinite, -swept::infinite, scale_ * swept::rounding};
  const auto add_disc = [&](double u, double offset, double radius) {
    if (std::abs(offset) > radius) return;
    const double half = std::sqrt((radius - offset) * (radius + offset));
    estimate.low = std::min(estimate.low, u - half);
    estimate.high = std::max(estimate.high, u + half);
  };
  add_disc(au_, v - av_, ar_);
  add_disc(bu_, v - bv_, br_);
  if (spread_ > 0) {
    add_tangent(1, v, estimate);
    add_tangent(-1, v, estimate);
  }
  if (estimate.low > estimate.high) return {line, 0, 0};
  return swept::cut(line, length, estimate.low, estimate.high, estimate.error,
                    [&](std::int64_t x) { return covers(line, x); });
}

ME_HD inline SweptBox::SweptBox(const BrushPoint& a, const BrushPoint& b)
    : SweptBox(a, b, {-a.radius, -a.radius, a.radius, a.radius}) {
  dr_ = swept::pixels(b.radius - a.radius);
  scale_ = std::max(scale_, swept::pixels(b.radius));
  half_open_ = false;
}

ME_HD inline SweptBox::SweptBox(const BrushPoint& a, const BrushPoint& b, const Edges& edges)
    : u_(swept::pixels(a.u)),
      v_(swept::pixels(a.v)),
      du_(swept::pixels(b.u - a.u)),
      dv_(swept::pixels(b.v - a.v)),
      u0_(swept::pixels(edges.u0)),
      v0_(swept::pixels(edges.v0)),
      u1_(swept::pixels(edges.u1)),
      v1_(swept::pixels(edges.v1)),
      dr_(0),
      scale_(std::max({std::abs(u_), std::abs(v_), std::abs(swept::pixels(b.u)),
                       std::abs(swept::pixels(b.v)), std::abs(u0_), std::abs(u1_), std::abs(v0_),
                       std::abs(v1_), 1.0})),
      half_open_(true) {}

ME_HD inline void SweptBox::lines(double* first, double* last) const {
  *first = std::ceil(v_ + std::min(v0_, v0_ + dv_ - dr_) - 0.5);
  *last = std::floor(v_ + std::max(v1_, v1_ + dv_ + dr_) - 0.5);
}

// What a point `offset` from a needs along u, or across: to be past the low edge, before the high.
ME_HD inline void SweptBox::sides(double offset, bool along, Side& low, Side& high) const {
  const double way = along ? du_ : dv_;
  low = {(along ? u0_ : v0_) - offset, way - dr_, false};
  high = {offset - (along ? u1_ : v1_), -way - dr_, half_open_};
}

ME_HD inline bool SweptBox::covers(std::int64_t line, std::int64_t x) const {
  Side all[6];
  sides(swept::centre(x) - u_, true, all[0], all[1]);
  sides(swept::centre(line) - v_, false, all[2], all[3]);
  all[4] = {0, -1, false};  // 0 <= t
  all[5] = {-1, 1, false};  // t <= 1
  for (const Side& low : all) {
    if (low.slope == 0 && (low.at > 0 || (low.strict && low.at == 0))) return false;
    if (low.slope >= 0) continue;
    for (const Side& high : all) {  // at / -slope of the low one to at / -slope of the high one
      if (high.slope <= 0) continue;
      ExactSum<8> gap;  // positive when the low bound of t is past the high one
      gap.add_product(low.at, high.slope);
      gap.add_product(-high.at, low.slope);
      const int sign = gap.sign();
      if (sign > 0 || (sign == 0 && (low.strict || high.strict))) return false;
    }
  }
  return true;
}

ME_HD inline LineSpan SweptBox::span(std::int64_t line, std::int64_t length) const {
  Side across[2];
  sides(swept::centre(line) - v_, false, across[0], across[1]);
  double from = 0;  // the t at which the line is met
  double to = 1;
  double error_t = swept::rounding;
  for (const Side& side : across) {
    if (side.slope == 0) {
      if (side.at > 0 || (side.strict && side.at == 0)) return {line, 0, 0};
      continue;
    }
    const double t = -side.at / side.slope;
    const double error =
        swept::rounding * (std::abs(t) + scale_ * swept::rounding / std::abs(side.slope));
    if (side.slope < 0) from = std::max(from, t - error);
    if (side.slope > 0) to = std::min(to, t + error);
    error_t = std::max(error_t, error);
  }
  if (from > to) return {line, 0, 0};
  const auto low = [&](double t) { return u_ + u0_ + t * (du_ - dr_); };
  const auto high = [&](double t) { return u_ + u1_ + t * (du_ + dr_); };
  double error = 4 * swept::rounding * scale_ + 2 * error_t * (std::abs(du_) + std::abs(dr_));
  const double first = std::min(low(from), low(to));
  const double last = std::max(high(from), high(to));
  if (to - from <= 4 * error_t) {
    // Perhaps the line is not met at all: then not at the middle either, which is well inside along
    // u at any such t.
    error += 4 * error_t * (std::abs(du_) + std::abs(dr_));
    const double middle = std::floor((first + last) / 2);
    if (middle + 0.5 > first + error && middle + 0.5 < last - error &&
        !covers(line, static_cast<std::int64_t>(middle))) {
      return {line, 0, 0};
    }
  }
  return swept::cut(line, length, first, last, error,
                    [&](std::int64_t x) { return covers(line, x); });
}

ME_HD inline SweptEllipse::SweptEllipse(const BrushPoint& a, const BrushPoint& b, double first,
                                        double second, double cos, double sin)
    : au_(swept::pixels(a.u)),
      av_(swept::pixels(a.v)),
      bu_(swept::pixels(b.u)),
      bv_(swept::pixels(b.v)),
      m_{cos / first, sin / first, -sin / second, cos / second},
      reach_(std::sqrt(first * first * sin * sin + second * second * cos * cos)),
      du_(m_[0] * (bu_ - au_) + m_[1] * (bv_ - av_)),
      dv_(m_[2] * (bu_ - au_) + m_[3] * (bv_ - av_)),
      length2_(du_ * du_ + dv_ * dv_) {}

ME_HD inline void SweptEllipse::lines(double* first, double* last) const {
  *first = std::floor(std::min(av_, bv_) - reach_ - 0.5);
  *last = std::ceil(std::max(av_, bv_) + reach_ - 0.5);
}

ME_HD inline bool SweptEllipse::covers(std::int64_t line, std::int64_t x) const {
  const double u = swept::centre(x) - au_;
  const double v = swept::centre(line) - av_;
  const double p = m_[0] * u + m_[1] * v;
  const double q = m_[2] * u + m_[3] * v;
  const double way = p * du_ + q * dv_;
  double t = length2_ > 0 ? way / length2_ : 0;
  t = std::min(std::max(t, 0.0), 1.0);
  const double left_p = p - t * du_;
  const double left_q = q - t * dv_;
  return left_p * left_p + left_q * left_q <= 1;
}

ME_HD inline LineSpan SweptEllipse::span(std::int64_t line, std::int64_t length) const {
  const double v = swept::centre(line);
  double low = swept::infinite;
  double high = -swept::infinite;
  const double square = m_[0] * m_[0] + m_[2] * m_[2];
  const auto add_ellipse = [&](double u, double offset) {
    // |m (x, offset)|^2 = 1 for x, of which a little outside counts as touching
    const double mixed = (m_[0] * m_[1] + m_[2] * m_[3]) * offset;
    const double rest = (m_[1] * m_[1] + m_[3] * m_[3]) * offset * offset - 1;
    const double root = mixed * mixed - square * rest;
    if (root < -1e-9 * square) return;
    const double half = std::sqrt(std::max(root, 0.0)) / square;
    low = std::min(low, u - mixed / square - half);
    high = std::max(high, u - mixed / square + half);
  };
  add_ellipse(au_, v - av_);
  add_ellipse(bu_, v - bv_);
  if (length2_ > 0) {  // the two sides between them
    const double norm = std::sqrt(length2_);
    for (const double side : {-1.0, 1.0}) {
      // a point of the side at a, moved back from the space of the unit disc
      const double p = -side * dv_ / norm;
      const double q = side * du_ / norm;
      const double det = m_[0] * m_[3] - m_[1] * m_[2];
      const double u = (m_[3] * p - m_[1] * q) / det;
      const double w = (m_[0] * q - m_[2] * p) / det;
      const double first = av_ + w;
      const double height = bv_ - av_;
      const double slack = 1e-9 * (1 + std::abs(height));
      if (v < std::min(first, first + height) - slack ||
          v > std::max(first, first + height) + slack) {
        continue;
      }
      const double t = height == 0 ? 0 : std::min(std::max((v - first) / height, 0.0), 1.0);
      low = std::min(low, au_ + u + t * (bu_ - au_));
      high = std::max(high, au_ + u + t * (bu_ - au_));
    }
  }
  if (low > high) return {line, 0, 0};
  return swept::cut(line, length, low, high, 1e-6, [&](std::int64_t x) { return covers(line, x); });
}

}  // namespace me
