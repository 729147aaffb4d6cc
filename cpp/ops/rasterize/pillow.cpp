#include "ops/rasterize/pillow.h"

#include <cmath>

namespace me::cpu {
namespace {

constexpr double pillow_limit = 1073741823.0;  // differences of two stay within 32 bits

std::int64_t whole(double value) {
  constexpr double far = 4e18;
  return static_cast<std::int64_t>(std::min(std::max(value, -far), far));
}

// The first and the last column of a span from one crossing to the next: halves go inward.
std::int64_t begin_of(float x) {
  return whole(x >= 0 ? std::floor(x + 0.5F) : -std::floor(std::abs(static_cast<double>(x)) + 0.5));
}
std::int64_t end_of(float x) {
  return whole(x >= 0 ? std::ceil(x - 0.5F) : -std::ceil(std::abs(static_cast<double>(x)) - 0.5));
}

}  // namespace

// Takes the edges over each row in the order of the ring.
struct PillowRule::Rows {
  PillowRule& rule;
  RowBits& bits;
  const Edge* edges;
  std::int64_t bottom;

  void room(std::int64_t) {}
  void two(std::int64_t row, std::uint32_t low, std::uint32_t high) {
    const std::uint32_t both[2] = {low, high};
    many(row, both, both + 2);
  }

  void many(std::int64_t row, const std::uint32_t* begin, const std::uint32_t* end) {
    Buffer<float>& crossings = rule.crossings_;
    crossings.clear();
    for (const std::uint32_t* at = begin; at != end; at++) {
      const Edge& edge = edges[*at];
      float x = edge.at(row);
      if (row == edge.bottom && row < bottom) {
        crossings.push_back(x);
      } else if ((row == edge.top || row == edge.bottom) && edge.step != 0) {
        x = joined(edge, x, row, begin, at);
      }
      crossings.push_back(x);
    }
    std::sort(crossings.begin(), crossings.end());
    for (std::int64_t i = 0; i + 1 < crossings.size(); i += 2) {
      bits.span(row, begin_of(crossings[i]), end_of(crossings[i + 1]) + 1);
    }
  }

  // Where two slanted edges end at one pixel and both come from the same side, from more than a
  // pixel away, the crossing moves next to the nearer of them.
  float joined(const Edge& edge, float x, std::int64_t row, const std::uint32_t* begin,
               const std::uint32_t* end) const {
    for (; begin != end; begin++) {
      const Edge& other = edges[*begin];
      if ((row != other.top && row != other.bottom) || other.step == 0) continue;
      if (std::round(x) != std::round(other.at(row))) continue;
      const std::int64_t near = row + (row == edge.bottom ? -1 : 1);
      if (near < other.top || near > other.bottom) continue;
      const float here = edge.at(near);
      const float there = other.at(near);
      if (x > here + 1 && x > there + 1) return std::round(std::max(here, there)) + 1;
      if (x < here - 1 && x < there - 1) return std::round(std::min(here, there)) - 1;
      return x;
    }
    return x;
  }
};

void PillowRule::add_edge(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1) {
  if (y0 == y1) {
    levels_.push_back({y0, std::min(x0, x1), std::max(x0, x1)});
    return;
  }
  const std::int64_t top = std::min(y0, y1);
  const std::int64_t bottom = std::max(y0, y1);
  const std::int64_t first = std::max<std::int64_t>(top, 0);
  const std::int64_t last = std::min(bottom, size_.height - 1);
  if (first > last) return;
  edges_.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(last),
                    static_cast<std::int32_t>(top), static_cast<std::int32_t>(bottom),
                    static_cast<std::int32_t>(y0), static_cast<float>(x0),
                    static_cast<float>(x1 - x0) / static_cast<float>(y1 - y0)});
}

void PillowRule::add_ring(const Target& target, std::int64_t ring_index) {
  const Ring ring = target.polygons.ring(ring_index);
  points_.clear();
  std::int64_t bottom = 0;
  for (std::int64_t i = 0; i < 2 * ring.n; i++) {
    if (!(std::abs(ring.xy[i]) <= pillow_limit)) {
      target.refuse(ring_index, ring.xy[i], pillow_limit);
    }
    points_.push_back(static_cast<std::int64_t>(ring.xy[i]));  // toward zero
    if ((i & 1) != 0) bottom = std::max(bottom, points_.back());
  }
  const std::int64_t* p = points_.data();
  const std::int64_t before = levels_.size();
  for (std::int64_t i = 0; i + 1 < ring.n; i++, p += 2) {
    // a horizontal edge that goes on in the direction of the one before lengthens it
    if (i > 0 && p[1] == p[3] && p[1] == p[-1] && levels_.size() > before) {
      if (p[2] > p[0] && p[0] > p[-2]) {
        levels_.back().right = p[2];
        continue;
      }
      if (p[2] < p[0] && p[0] < p[-2]) {
        levels_.back().left = p[2];
        continue;
      }
    }
    add_edge(p[0], p[1], p[2], p[3]);
  }
  if (ring.n > 0 && (p[0] != points_[0] || p[1] != points_[1])) {
    add_edge(p[0], p[1], points_[0], points_[1]);
  }
  parts_.push_back({edges_.size(), levels_.size(), std::min(bottom, size_.height)});
}

PixelBox PillowRule::prepare(const Target& target) {
  size_ = target.size;
  edges_.clear();
  levels_.clear();
  parts_.clear();
  Extent extent;
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    add_ring(target, r);
    for (std::int64_t i = 0; i < points_.size(); i += 2) {
      extent.add(static_cast<double>(points_[i]), static_cast<double>(points_[i + 1]));
    }
  }
  // 24 bits of a float: beyond, a crossing may leave the box of its edge by some pixels
  const double slack = std::max({-extent.left, extent.right, -extent.top, extent.bottom}) * 0x1p-20;
  return extent.box(2 + slack, size_);
}

void PillowRule::draw(RowBits& bits) {
  Part done{};
  for (const Part& part : parts_) {
    for (std::int64_t i = done.levels; i < part.levels; i++) {
      bits.span(levels_[i].row, levels_[i].left, levels_[i].right + 1);
    }
    ring_edges_.clear();
    ring_edges_.append(edges_.data() + done.edges, part.edges - done.edges);
    const Edge* const first = ring_edges_.data();
    sweep_columns(
        ring_edges_, scratch_,
        [first](const Edge& edge, std::int64_t begin, std::int64_t end, std::uint32_t* next,
                std::uint32_t* keys) {
          const auto index = static_cast<std::uint32_t>(&edge - first);
          for (std::int64_t i = 0; i < end - begin; i++) keys[next[i]++] = index;
        },
        Rows{*this, bits, first, part.bottom});
    if (parts_.size() > 1) bits.fold();
    done = part;
  }
}

}  // namespace me::cpu
