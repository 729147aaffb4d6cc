#include "ops/rasterize/opencv.h"

#include <cmath>
#include <cstdlib>

namespace me::cpu {
namespace {

constexpr double opencv_limit = 2147483647.0;  // what the peer's int holds
constexpr std::int64_t one = 65536;

// a * b, or a + b, modulo 2^64: the peer's sums may pass 64 bits for lines far outside.
std::int64_t multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
std::int64_t add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// How far a line has moved along one axis after `run` of `length` along the other, toward zero.
std::int64_t moved(std::int64_t run, std::int64_t across, std::int64_t length) {
  return static_cast<std::int64_t>(static_cast<double>(run) * static_cast<double>(across) /
                                   static_cast<double>(length));
}

// Half to even, as the peer; nearbyint() is a call where the instruction may be missing.
double rounded(double value) {
  constexpr double no_fractions = 0x1.8p52;
  return std::abs(value) < 0x1p51 ? (value + no_fractions) - no_fractions : value;
}

struct Spans {
  RowBits& bits;

  void room(std::int64_t) {}
  void two(std::int64_t row, std::int64_t low, std::int64_t high) const {
    bits.span(row, add(low, one - 1) >> 16, (high >> 16) + 1);
  }
  void many(std::int64_t row, const std::int64_t* begin, const std::int64_t* end) const {
    for (; begin + 1 < end; begin += 2) two(row, begin[0], begin[1]);
  }
};

}  // namespace

int OpencvRule::side(std::int64_t x, std::int64_t y) const {
  return (x < 0 ? 1 : 0) + (x >= size_.width ? 2 : 0) + (y < 0 ? 4 : 0) +
         (y >= size_.height ? 8 : 0);
}

bool OpencvRule::inside(const Line& line) const {
  return (side(line.x0, line.y0) | side(line.x1, line.y1)) == 0;
}

OpencvRule::Line OpencvRule::cut(Line line) const {
  auto [x0, y0, x1, y1] = line;
  const std::int64_t right = size_.width - 1;
  const std::int64_t bottom = size_.height - 1;
  int from = side(x0, y0);
  int to = side(x1, y1);
  if ((from & to) != 0 || (from | to) == 0) return line;
  if ((from & 12) != 0) {
    const std::int64_t y = from < 8 ? 0 : bottom;
    x0 += moved(y - y0, x1 - x0, y1 - y0);
    y0 = y;
    from = side(x0, 0) & 3;
  }
  if ((to & 12) != 0) {
    const std::int64_t y = to < 8 ? 0 : bottom;
    x1 += moved(y - y1, x1 - x0, y1 - y0);
    y1 = y;
    to = side(x1, 0) & 3;
  }
  if ((from & to) == 0 && (from | to) != 0) {
    if (from != 0) {
      const std::int64_t x = from == 1 ? 0 : right;
      y0 += moved(x - x0, y1 - y0, x1 - x0);
      x0 = x;
    }
    if (to != 0) {
      const std::int64_t x = to == 1 ? 0 : right;
      y1 += moved(x - x1, y1 - y0, x1 - x0);
      x1 = x;
    }
  }
  return {x0, y0, x1, y1};
}

void OpencvRule::add_line(const Line& line) {
  lines_.push_back(line);
  if (line.y0 == line.y1) return;
  Line seen = line;  // what the peer takes the slope from
  if (!inside(line)) {
    const Line part = cut(line);
    seen.x0 = part.x0;
    seen.x1 = part.x1;
    if (part.y0 != part.y1) {
      seen.y0 = part.y0;
      seen.y1 = part.y1;
    }
  }
  const std::int64_t step = (seen.x1 - seen.x0) * one / (seen.y1 - seen.y0);
  const bool down = line.y0 < line.y1;
  const std::int64_t top = down ? line.y0 : line.y1;
  const std::int64_t bottom = down ? line.y1 : line.y0;
  const std::int64_t x = (down ? seen.x0 : seen.x1) * one;
  const std::int64_t y = down ? seen.y0 : seen.y1;
  const std::int64_t first = std::max<std::int64_t>(top, 0);
  const std::int64_t last = std::min(bottom, size_.height) - 1;
  if (first > last) return;
  edges_.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(last), top,
                    add(x, multiply(top - y, step)), step});
}

PixelBox OpencvRule::prepare(const Target& target) {
  size_ = target.size;
  lines_.clear();
  edges_.clear();
  if (size_.area() == 0) return {};
  std::int64_t left = INT64_MAX, top = INT64_MAX, right = INT64_MIN, bottom = INT64_MIN;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const Ring ring = target.polygons.ring(r);
    const auto whole = [&](std::int64_t i) {
      const double value = rounded(ring.xy[i]);
      if (!(std::abs(value) <= opencv_limit)) target.refuse(r, value, opencv_limit);
      return static_cast<std::int64_t>(value);
    };
    if (ring.n == 0) continue;
    std::int64_t x0 = whole(2 * ring.n - 2);
    std::int64_t y0 = whole(2 * ring.n - 1);
    for (std::int64_t i = 0; i < ring.n; i++) {
      const std::int64_t x1 = whole(2 * i);
      const std::int64_t y1 = whole(2 * i + 1);
      left = std::min(left, x1);
      right = std::max(right, x1);
      top = std::min(top, y1);
      bottom = std::max(bottom, y1);
      add_line({x0, y0, x1, y1});
      x0 = x1;
      y0 = y1;
    }
  }
  if (left > right) return {};
  // The slope of a line that was cut is rounded, so it may end anywhere in its rows.
  const bool whole_rows = (side(left, top) | side(right, bottom)) != 0;
  return {whole_rows ? 0 : left, std::max<std::int64_t>(top, 0),
          whole_rows ? size_.width : right + 1, std::min(bottom + 1, size_.height)};
}

// The digital line, from left to right whatever the direction.
void OpencvRule::draw_line(const Line& line, RowBits& bits) const {
  auto [x0, y0, x1, y1] = inside(line) ? line : cut(line);
  if (!inside({x0, y0, x1, y1})) return;
  if (x0 > x1) {
    std::swap(x0, x1);
    std::swap(y0, y1);
  }
  const PixelBox& box = bits.box();  // may be a part of all columns
  const bool whole = x0 >= box.left && x1 < box.right;
  if (std::abs(y1 - y0) > x1 - x0) {
    whole ? draw_steep<true>({x0, y0, x1, y1}, bits) : draw_steep<false>({x0, y0, x1, y1}, bits);
  } else {
    whole ? draw_flat<true>({x0, y0, x1, y1}, bits) : draw_flat<false>({x0, y0, x1, y1}, bits);
  }
}

// A pixel a row.
template <bool whole>
void OpencvRule::draw_steep(const Line& line, RowBits& bits) {
  const std::int64_t dx = line.x1 - line.x0;
  const std::int64_t dy = std::abs(line.y1 - line.y0);
  const std::int64_t down = line.y1 < line.y0 ? -1 : 1;
  std::int64_t x = line.x0;
  std::int64_t y = line.y0;
  std::int64_t error = dy - 2 * dx;
  for (std::int64_t i = 0; i <= dy; i++, y += down) {
    if (whole) {
      bits.pixel_inside(y, x);
    } else {
      bits.pixel(y, x);
    }
    const std::int64_t over = error >> 63;  // all bits, or none: hard to foresee
    error += (over & (2 * dy)) - 2 * dx;
    x -= over;
  }
}

// A span a row: the row is left once (2 k + 1) dx / (2 dy) columns were passed, k rows before.
template <bool whole>
void OpencvRule::draw_flat(const Line& line, RowBits& bits) {
  const std::int64_t dx = line.x1 - line.x0;
  const std::int64_t dy = std::abs(line.y1 - line.y0);
  const std::int64_t down = line.y1 < line.y0 ? -1 : 1;
  const auto span = [&](std::int64_t y, std::int64_t begin, std::int64_t end) {
    if (whole) {
      bits.span_inside(y, begin, end);
    } else {
      bits.span(y, begin, end);
    }
  };
  std::int64_t y = line.y0;
  std::int64_t begin = line.x0;
  if (dy > 0) {
    const std::int64_t length = dx / dy;
    const std::int64_t more = 2 * (dx % dy);
    std::int64_t passed = line.x0 + length / 2;
    std::int64_t rest = dx - length / 2 * 2 * dy;
    for (std::int64_t k = 0; k < dy; k++, y += down) {
      span(y, begin, passed + 1);
      begin = passed + 1;
      rest += more - 2 * dy;
      passed += length + 1 + (rest >> 63);
      rest += rest >> 63 & (2 * dy);
    }
  }
  span(y, begin, line.x1 + 1);
}

void OpencvRule::draw(RowBits& bits) {
  for (const Line& line : lines_) draw_line(line, bits);
  if (edges_.size() < 2) return;
  sweep_columns(
      edges_, scratch_,
      [](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
         std::int64_t* keys) {
        std::int64_t x = add(edge.x, multiply(begin - edge.top, edge.step));
        for (std::int64_t i = 0; i < end - begin; i++, x = add(x, edge.step)) keys[next[i]++] = x;
      },
      Spans{bits});
}

}  // namespace me::cpu
