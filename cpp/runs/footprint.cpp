#include "runs/footprint.h"

#include <algorithm>
#include <cmath>

namespace me {
namespace {

std::int64_t whole_below(double value, std::int64_t limit) {
  return value >= static_cast<double>(limit) ? limit : static_cast<std::int64_t>(value);
}

// The last w in [0, limit] that the ellipse holds at distance d. The squares are products of
// doubles, exact as long as they stay below 2^53.
std::int64_t ellipse_width(double across, double along, std::int64_t d, std::int64_t limit) {
  if (d == 0) return limit;  // all of the axis, even where a square is infinite
  const bool is_circle = across == along;
  const double a2 = is_circle ? 1.0 : across * across;
  const double b2 = is_circle ? 1.0 : along * along;
  const double bound = is_circle ? across * across : a2 * b2;
  const double taken = double(d) * double(d) * b2;
  const auto holds = [&](std::int64_t w) { return double(w) * double(w) * a2 + taken <= bound; };
  auto w = whole_below(std::sqrt(std::max(0.0, (bound - taken) / a2)), limit);
  while (w > 0 && !holds(w)) w--;
  while (w < limit && holds(w + 1)) w++;
  return w;
}

}  // namespace

Footprint::Footprint(Shape shape, double across, double along, std::int64_t lines,
                     std::int64_t length) {
  const std::int64_t far = whole_below(across, lines);
  const std::int64_t wide = whole_below(along, length);
  along_.resize(far + 1);
  for (std::int64_t d = 0; d <= far; d++) {
    along_[d] = shape == Shape::square  ? wide
                : shape == Shape::cross ? (d == 0 ? wide : 0)
                                        : ellipse_width(across, along, d, wide);
  }
}

}  // namespace me
