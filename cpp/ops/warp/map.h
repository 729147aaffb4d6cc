// The map of a warp, forwards and backwards, and how far its doubles may be off.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/size.h"
#include "ops/warp/warp.h"
#include "ops/warp/warp_kernels.h"

namespace me::cpu {

// The largest integer that is not above x; x is between -2^62 and 2^62.
inline std::int64_t floor_of(double x) {
  const auto i = static_cast<std::int64_t>(x);
  return i - (static_cast<double>(i) > x ? 1 : 0);
}
inline std::int64_t ceil_of(double x) { return -floor_of(-x); }

struct Point {
  double x, y;
};

struct Map {
  double m[9];
  bool affine() const { return m[6] == 0 && m[7] == 0 && m[8] == 1; }

  Point operator()(double x, double y) const {
    const double px = m[0] * x + m[2] + m[1] * y;
    const double py = m[3] * x + m[5] + m[4] * y;
    if (affine()) return {px, py};
    const double pw = m[6] * x + m[8] + m[7] * y;
    return {px / pw, py / pw};
  }
};

// Gives the source pixels of one column of the result. This is the definition: the product with x
// and the constant are added first, then the product with y; then comes the division, and half a
// pixel where centres are whole.
class ColumnMap {
 public:
  ColumnMap(const Map& map, Whole whole)
      : map_(map),
        affine_(map.affine()),
        centre_(whole == Whole::edges ? 0.5 : 0.0),
        half_(whole == Whole::edges ? 0.0 : 0.5) {}

  void set_column(std::int64_t column) {
    const double x = static_cast<double>(column) + centre_;
    for (int row = 0; row < 3; row++) {
      base_[row] = map_.m[3 * row] * x + map_.m[3 * row + 2];
    }
  }

  // For kernels, which compute the same of a source of bits.
  kernels::WarpColumn terms(const std::uint64_t* words, Size source) const {
    return {{base_[0], base_[1], base_[2]},
            {map_.m[1], map_.m[4], map_.m[7]},
            centre_,
            half_,
            affine_,
            words,
            source.height,
            static_cast<double>(source.height),
            static_cast<double>(source.width)};
  }

  Point at(std::int64_t row) const {
    const double y = static_cast<double>(row) + centre_;
    const double px = base_[0] + map_.m[1] * y;
    const double py = base_[1] + map_.m[4] * y;
    if (affine_) return {px + half_, py + half_};
    const double pw = base_[2] + map_.m[7] * y;
    return {px / pw + half_, py / pw + half_};
  }

 private:
  Map map_;
  bool affine_;
  double centre_;
  double half_;
  double base_[3] = {};
};

// The way back, from source to result, with a bound in pixels on how far a point may land from
// where the definition puts it. Not usable where the bound is large, or where the source reaches
// the horizon of a perspective.
struct WayBack {
  Map map;
  double slack;
  bool usable;
};

inline WayBack way_back(const Map& map, Size source, Size result) {
  const double* m = map.m;
  WayBack out{{{m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
                m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
                m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]}},
              0,
              false};
  double* b = out.map.m;
  const double det = m[0] * b[0] + m[1] * b[3] + m[2] * b[6];
  if (!(std::fabs(det) > 0)) return out;
  for (int k = 0; k < 9; k++) b[k] /= det;
  if (map.affine()) {
    b[6] = b[7] = 0;
    b[8] = 1;
  }
  // |b| |m| (width, height, 1) bounds every term that is added on the way there and back.
  const double reach[3] = {static_cast<double>(result.width) + 1,
                           static_cast<double>(result.height) + 1, 1};
  double there[3];
  double back[3];
  for (int i = 0; i < 3; i++) {
    there[i] = 0;
    for (int j = 0; j < 3; j++) there[i] += std::fabs(m[3 * i + j]) * reach[j];
  }
  for (int i = 0; i < 3; i++) {
    back[i] = 0;
    for (int j = 0; j < 3; j++) back[i] += std::fabs(b[3 * i + j]) * there[j];
  }
  out.slack = (std::max(back[0], back[1]) + back[2] * std::max(reach[0], reach[1])) * 0x1p-46;
  out.usable = out.slack < 0.05;
  const double width = static_cast<double>(source.width);
  const double height = static_cast<double>(source.height);
  const double least =
      (std::fabs(b[6]) * width + std::fabs(b[7]) * height + std::fabs(b[8])) * 0x1p-30;
  int sides = 0;
  for (int corner = 0; corner < 4; corner++) {  // half a pixel around, for whole centres
    const double x = (corner & 1) != 0 ? width : -1;
    const double y = (corner & 2) != 0 ? height : -1;
    const double w = b[6] * x + b[7] * y + b[8];
    if (!(std::fabs(w) > least)) out.usable = false;
    sides += w > 0 ? 1 : -1;
  }
  if (sides != 4 && sides != -4) out.usable = false;
  return out;
}

}  // namespace me::cpu
