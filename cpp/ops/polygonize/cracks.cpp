#include "ops/polygonize/cracks.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "runs/columns.h"

namespace me {
namespace {

constexpr std::uint32_t past_all = UINT32_MAX;

// Bridges may add half as many, and then a 32-bit number still names each.
constexpr std::int64_t max_edges = std::int64_t{1} << 31;

// Two pixels touch at a corner: the edge n - 1 ends there and n begins. Links the horizontal edge
// of the left column and returns the edge to which that of the right column goes.
std::uint32_t touch(VerticalEdge* edges, std::uint32_t n, std::uint32_t open, bool left_inside,
                    std::uint32_t y, bool diagonal) {
  const std::uint32_t upper = n - 1;
  edges[upper].y[left_inside ? 1 : 0] = y;
  edges[n].y[left_inside ? 1 : 0] = y;
  const bool left_goes_up = left_inside != diagonal;
  const std::uint32_t edge = left_goes_up ? upper : n;
  if (left_inside) {
    edges[edge].next = open;
  } else {
    edges[open].next = edge;
  }
  return left_goes_up ? n : upper;
}

// a if the bit is 1, b if it is 0.
std::uint32_t choose(std::uint32_t bit, std::uint32_t a, std::uint32_t b) {
  return b ^ ((a ^ b) & (0 - bit));
}

}  // namespace

void EdgeFinder::find(const RunList& mask, Connectivity connectivity, Outline& outline) {
  diagonal_ = connectivity == Connectivity::eight;
  outline_ = &outline;
  outline.edges.clear();
  outline.above.clear();
  outline.edges.reserve(mask.n);  // about half of it is used
  outline.above.reserve(mask.n);
  begin_ = end_ = 0;
  left_.y.clear();
  left_.y.push_back(past_all);
  left_.open.resize(1);
  right_.y.clear();
  for_each_block(mask, [this](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    block(x0, x1, y0, y1);
  });
  close_columns();
  between(end_);
}

// Foreground [y0, y1) of the columns [x0, x1), in order.
void EdgeFinder::block(std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
  if (x0 >= end_) {
    close_columns();
    if (x0 > end_) between(end_);  // an empty column follows
    begin_ = x0;
  }
  end_ = x1;
  if (!right_.y.empty() && right_.y.back() == y0) {
    right_.y.back() = static_cast<std::uint32_t>(y1);
    return;
  }
  std::uint32_t* out = right_.y.grow(2);
  out[0] = static_cast<std::uint32_t>(y0);
  out[1] = static_cast<std::uint32_t>(y1);
}

// The columns [begin_, end_) are complete, and equal to each other.
void EdgeFinder::close_columns() {
  if (!right_.y.empty()) between(begin_);
}

// Links what happens on the line x, then lets the column right of it be the left one.
void EdgeFinder::between(std::int64_t x) {
  right_.y.push_back(past_all);
  const std::int64_t changes = left_.y.size() + right_.y.size() - 2;
  right_.open.resize(right_.y.size());
  const std::int64_t n = outline_->edges.size();
  if (n + changes > max_edges) {
    throw Error(ErrorKind::limit, "masks", "expected an outline of fewer than 2^32 vertices");
  }
  outline_->edges.grow(changes + 1);
  outline_->above.grow(changes + 1);
  const std::int64_t end = merge(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(n));
  outline_->edges.truncate(end);
  outline_->above.truncate(end);
  std::swap(left_, right_);
  right_.y.clear();
}

// Without a branch on which column changes first: in natural outlines that cannot be predicted. So
// comparisons and choices are made of bits, which compilers do not turn into branches. What does
// not apply is written to the slots `n` of the edges and `j` of the open ends, which are written
// again when they come into use.
std::uint32_t EdgeFinder::merge(std::uint32_t x, std::uint32_t n) {
  VerticalEdge* const edges = outline_->edges.data();
  std::uint32_t* const edges_above = outline_->above.data();
  const std::uint32_t* ly = left_.y.data();
  const std::uint32_t* ry = right_.y.data();
  const std::uint32_t* const left_open = left_.open.data();
  std::uint32_t* const right_open = right_.open.data();
  std::uint32_t i = 0;  // odd: inside foreground of the left column; j: of the right one
  std::uint32_t j = 0;
  std::uint32_t above = 0;  // of an edge that begins here
  for (;;) {
    const std::uint64_t a = ly[i];
    const std::uint64_t b = ry[j];
    const auto left = static_cast<std::uint32_t>((a - b - 1) >> 63);  // a <= b: it changes here
    const auto right = static_cast<std::uint32_t>((b - a - 1) >> 63);
    const std::uint32_t y = choose(left, ly[i], ry[j]);
    if (y == past_all) return n;
    const std::uint32_t ends = (i ^ j) & 1;     // one column inside: the edge n - 1 ends here
    const std::uint32_t passes = left & right;  // the horizontal edge goes on
    const std::uint32_t open = left_open[i];
    if ((passes & ends) != 0) {
      right_open[j] = touch(edges, n, open, (i & 1) != 0, y, diagonal_);
      edges[n].x = x;
      edges_above[n] = n - 1;
      n++;
      i++;
      j++;
      continue;
    }
    const std::uint32_t edge = n - ends;
    const std::uint32_t here = choose(passes, open, edge);
    edges[n].x = x;
    edges_above[n] = above;
    edges[edge].y[(i ^ (right & ~ends)) & 1] = y;
    // a horizontal edge of the left column ends; below foreground it goes left
    const std::uint32_t from = choose(i & 1, edge, open);
    edges[choose(right, n, from)].next = from ^ edge ^ open;  // the other one of the two
    right_open[j] = here;
    above = choose(passes | ends, here, above);
    n += (passes | ends) ^ 1;
    i += left;
    j += right;
  }
}

}  // namespace me
