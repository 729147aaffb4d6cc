#include "ops/rasterize/gdal_touch.h"

#include <cmath>

namespace me::cpu {
namespace {

constexpr double on_line = 1e-4;   // nearer to a line of the grid counts as on it
constexpr double straight = 0.01;  // a segment that moves less across an axis is parallel to it
constexpr double nudge = 1e-9;     // least step over a row

bool is_on_line(double value) { return std::abs(value - std::round(value)) < on_line; }

// floor() within [-1, limit].
std::int64_t index_of(double value, std::int64_t limit) {
  value = std::floor(value);
  const auto most = static_cast<double>(limit);
  return static_cast<std::int64_t>(value > -1.0 ? std::min(value, most) : -1.0);
}

// A segment of positive slope, or of negative, cut to the image and walked to the right.
void walk(double x, double y, double x_end, double y_end, const Size& size, RowBits& bits) {
  const auto width = static_cast<double>(size.width);
  const auto height = static_cast<double>(size.height);
  const double slope = (y_end - y) / (x_end - x);
  if (x_end > width) {
    y_end -= (x_end - width) * slope;
    x_end = width;
  }
  if (x < 0) {
    y += (0 - x) * slope;
    x = 0;
  }
  if (y_end > y) {
    if (y < 0) {
      x += (0 - y) / slope;
      y = 0;
    }
    if (y_end >= height) x_end = std::min(x_end + (y_end - height) / slope, width);
  } else {
    if (y >= height) {
      x += (height - y) / slope;
      y = height;
    }
    if (y_end < 0) x_end -= (y_end - 0) / slope;
  }
  // each turn leaves a row or a column; a walk that stalls in rounding ends
  const double most = 4.0 * (width + height) + 16.0;
  for (double turns = 0; x >= 0 && x < x_end && turns < most; turns += 1.0) {
    const double row = std::floor(y);
    bits.pixel(index_of(y, size.height), index_of(x, size.width));
    double step_x = std::floor(x + 1.0) - x;
    double step_y = step_x * slope;
    if (std::floor(y + step_y) != row) {
      step_y = slope < 0 ? std::min(row - y, -nudge) : std::max(row + 1.0 - y, nudge);
      step_x = step_y / slope;
    }
    x += step_x;
    y += step_y;
  }
}

}  // namespace

void draw_touched(double x0, double y0, double x1, double y1, const Size& size, RowBits& bits) {
  const auto width = static_cast<double>(size.width);
  const auto height = static_cast<double>(size.height);
  if ((y0 < 0 && y1 < 0) || (y0 > height && y1 > height) || (x0 < 0 && x1 < 0) ||
      (x0 > width && x1 > width)) {
    return;
  }
  if (x0 > x1) {
    std::swap(x0, x1);
    std::swap(y0, y1);
  }
  if (std::floor(x0) == std::floor(x1) || std::abs(x0 - x1) < straight) {
    if (is_on_line(x0) && is_on_line(x1)) return;
    const std::int64_t column = index_of(x1, size.width);
    const std::int64_t first = std::max<std::int64_t>(index_of(std::min(y0, y1), size.height), 0);
    const std::int64_t last = index_of(std::max(y0, y1) - on_line, size.height);
    for (std::int64_t row = first; row <= last; row++) bits.pixel(row, column);
    return;
  }
  if (std::floor(y0) == std::floor(y1) || std::abs(y0 - y1) < straight) {
    if (is_on_line(y0) && is_on_line(y1)) return;
    bits.span(index_of(y0, size.height), index_of(x0, size.width),
              index_of(x1 - on_line, size.width) + 1);
    return;
  }
  walk(x0, y0, x1, y1, size, bits);
}

}  // namespace me::cpu
