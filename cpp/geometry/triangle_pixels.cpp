#include "geometry/triangle_pixels.h"

#include <algorithm>

namespace me {
namespace {

// Columns above which a sum in closed form is faster than a walk.
constexpr std::int64_t many_columns = 64;

// Differences on the grid up to which products fit 64 bits.
constexpr std::int64_t narrow = std::int64_t{1} << 31;

struct Division {
  std::int64_t quotient, rest;
};

// a * b / c for 0 <= a < c <= 2^62 and 0 <= b < 2^63.
Division divide_product(std::int64_t a, std::int64_t b, std::int64_t c) {
  if (a <= narrow && b <= narrow) return {a * b / c, a * b % c};
  const std::int64_t quotient = multiply_divide(a, b, c);
  const std::uint64_t rest = static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b) -
                             static_cast<std::uint64_t>(quotient) * static_cast<std::uint64_t>(c);
  return {quotient, static_cast<std::int64_t>(rest)};
}

// The sum of floor((a i + b) / m) for i in [0, n), by the steps of Euclid's algorithm: the lattice
// points below a line, counted from its other side when it is steep. For a, b >= 0, below 2^63, and
// 0 < m <= 2^62. Wraps around.
std::uint64_t floor_sum(std::int64_t n, std::int64_t m, std::int64_t a, std::int64_t b) {
  std::uint64_t sum = 0;
  for (;;) {
    const auto count = static_cast<std::uint64_t>(n);
    const std::uint64_t pairs =
        count % 2 == 0 ? count / 2 * (count - 1) : count * ((count - 1) / 2);
    sum += pairs * static_cast<std::uint64_t>(a / m) + count * static_cast<std::uint64_t>(b / m);
    a %= m;
    b %= m;
    Division end = divide_product(a, n, m);
    end.rest += b;
    if (end.rest >= m) {
      end.quotient++;
      end.rest -= m;
    }
    if (end.quotient == 0) return sum;
    n = end.quotient;
    b = end.rest;
    std::swap(m, a);
  }
}

// The rows above the edge from `left` to `right`, for many columns.
std::uint64_t sum_rows(GridPoint left, GridPoint right, ColumnSpan columns) {
  const std::int64_t dx = right.x - left.x;
  const bool falls = right.y > left.y;
  const std::int64_t steep = falls ? right.y - left.y : left.y - right.y;
  // a rising edge is counted upside down: floor((base - drop) / one) = -floor((turned + drop) /
  // one)
  const std::int64_t base = falls ? left.y + grid_half : grid_one - 1 - (left.y + grid_half - 1);
  const std::int64_t whole = base >> grid_bits;
  const std::int64_t part = base - whole * grid_one;
  const std::int64_t run = columns.first * grid_one + grid_half - left.x;
  const std::uint64_t sum =
      static_cast<std::uint64_t>(columns.n()) * static_cast<std::uint64_t>(whole) +
      floor_sum(columns.n(), dx * grid_one, steep * grid_one, part * dx + run * steep);
  return falls ? sum : 0 - sum;
}

}  // namespace

RowWalk::RowWalk(GridPoint left, GridPoint right, std::int64_t column, std::int64_t n)
    : falls_(right.y > left.y), dx_(right.x - left.x) {
  const std::int64_t steep = falls_ ? right.y - left.y : left.y - right.y;
  base_ = left.y + (falls_ ? grid_half : grid_half - 1);
  const Division start = divide_product(column * grid_one + grid_half - left.x, steep, dx_);
  drop_ = start.quotient;
  rest_ = start.rest;
  if (n <= 1) return;  // else the edge is wider than a pixel
  const Division each = divide_product(grid_one, steep, dx_);
  drop_step_ = each.quotient;
  rest_step_ = each.rest;
}

std::uint64_t edge_pixels(GridPoint a, GridPoint b) {
  const bool forward = a.x < b.x;
  const GridPoint left = forward ? a : b;
  const GridPoint right = forward ? b : a;
  const ColumnSpan columns = columns_between(left.x, right.x);
  if (columns.first > columns.last) return 0;
  std::uint64_t sum = 0;
  if (columns.n() > many_columns) {
    sum = sum_rows(left, right, columns);
  } else {
    RowWalk walk(left, right, columns.first, columns.n());
    for (std::int64_t c = columns.first; c <= columns.last; c++, walk.step()) {
      sum += static_cast<std::uint64_t>(walk.row());
    }
  }
  return forward ? 0 - sum : sum;
}

std::int64_t triangle_pixels(GridPoint a, GridPoint b, GridPoint c) {
  const auto [left, right] = std::minmax({a.x, b.x, c.x});
  const auto [top, bottom] = std::minmax({a.y, b.y, c.y});
  const ColumnSpan columns = columns_between(left, right);
  const ColumnSpan rows = columns_between(top, bottom);
  if (columns.first > columns.last || rows.first > rows.last) return 0;
  return static_cast<std::int64_t>(edge_pixels(a, b) + edge_pixels(b, c) + edge_pixels(c, a));
}

}  // namespace me
