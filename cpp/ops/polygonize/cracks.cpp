#include "ops/polygonize/cracks.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "runs/columns.h"

namespace me {
namespace {

constexpr std::uint32_t past_all = UINT32_MAX;

// How a run ends and where the next one begins are looked at together.
constexpr std::int64_t end_marks = 3;

// In noise most looks are in vain, and the processor cannot foresee which.
constexpr int most_luck = 32;
constexpr int luck_of_a_miss = 3;

void end_column(Buffer<std::uint32_t>& y, Buffer<std::uint32_t>& open) {
  std::uint32_t* marks = y.grow(end_marks);
  std::fill(marks, marks + end_marks, past_all);
  open.resize(y.size());
  std::fill(open.end() - end_marks, open.end(), 0u);  // read, though of no consequence
}

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
  begin(mask.n, connectivity, outline);  // about half of it is used
  for_each_block(mask, [this](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    block(x0, x1, y0, y1);
  });
  end();
}

void EdgeFinder::find(const Block* blocks, std::int64_t n, Connectivity connectivity,
                      Outline& outline) {
  begin(2 * n, connectivity, outline);
  for (std::int64_t k = 0; k < n;) {
    const std::uint32_t x = blocks[k].x;
    const std::int64_t first = k;
    while (k < n && blocks[k].x == x) k++;
    if (std::int64_t{x} > end_) between(end_);  // an empty column is before it
    std::uint32_t* out = right_.y.grow(2 * (k - first));
    for (std::int64_t b = first; b < k; b++) {
      *out++ = blocks[b].y0;
      *out++ = blocks[b].y1;
    }
    between(x);
    end_ = std::int64_t{x} + 1;
  }
  end();
}

void EdgeFinder::begin(std::int64_t most_edges, Connectivity connectivity, Outline& outline) {
  diagonal_ = connectivity == Connectivity::eight;
  outline_ = &outline;
  outline.edges.clear();
  outline.above.clear();
  outline.edges.reserve(most_edges);
  outline.above.reserve(most_edges);
  begin_ = end_ = 0;
  left_.y.clear();
  end_column(left_.y, left_.open);
  right_.y.clear();
}

void EdgeFinder::end() {
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

// Walks down a line between two columns, from change to change. Without a branch on which column
// changes first: in natural outlines that cannot be predicted. So comparisons and choices are made
// of bits, which compilers do not turn into branches. What does not apply is written to the slots
// `n` of the edges and `j` of the open ends, which are written again when they come into use.
class EdgeFinder::Merge {
 public:
  Merge(const Column& left, Column& right, Outline& outline, std::uint32_t x, std::uint32_t n)
      : edges_(outline.edges.data()),
        edges_above_(outline.above.data()),
        ly_(left.y.data()),
        ry_(right.y.data()),
        left_open_(left.open.data()),
        right_open_(right.open.data()),
        x_(x),
        n_(n) {}

  // Returns the number of edges. `luck` is above 0 while it pays to look for pairs.
  std::uint32_t run(bool diagonal, int& luck) {
    while (luck > 0) {
      while (pair()) luck += luck < most_luck ? 1 : 0;
      if (!step(diagonal)) return n_;
      luck -= luck_of_a_miss;
      while (((i_ | j_) & 1) != 0) step(diagonal);
    }
    luck++;
    while (step(diagonal)) {
    }
    return n_;
  }

 private:
  // Passes a run of each column if these overlap, and no other run meets either of them. Outlines
  // consist of little else, and then nothing waits for a comparison.
  bool pair() {
    const std::uint32_t l0 = ly_[i_];
    const std::uint32_t l1 = ly_[i_ + 1];
    const std::uint32_t r0 = ry_[j_];
    const std::uint32_t r1 = ry_[j_ + 1];
    const bool overlap = std::max(l0, r0) < std::min(l1, r1);
    const bool alone = std::max(l1, r1) < std::min(ly_[i_ + 2], ry_[j_ + 2]);
    if (!(overlap && alone)) return false;
    const std::uint32_t top_open = left_open_[i_];
    const std::uint32_t bottom_open = left_open_[i_ + 1];
    const std::uint32_t top_moves = l0 != r0 ? 1 : 0;
    edges_[n_] = {x_, {l0, r0}, 0};
    edges_above_[n_] = above_;
    edges_[choose(top_moves, top_open, n_)].next = n_;
    const std::uint32_t top = choose(top_moves, n_, top_open);
    right_open_[j_] = top;
    n_ += top_moves;
    const std::uint32_t bottom_moves = l1 != r1 ? 1 : 0;
    edges_[n_] = {x_, {r1, l1}, bottom_open};
    edges_above_[n_] = top;
    above_ = choose(bottom_moves, n_, bottom_open);
    right_open_[j_ + 1] = above_;
    n_ += bottom_moves;
    i_ += 2;
    j_ += 2;
    return true;
  }

  // Passes what changes next; false at the end.
  bool step(bool diagonal) {
    const std::uint64_t a = ly_[i_];
    const std::uint64_t b = ry_[j_];
    const auto left = static_cast<std::uint32_t>((a - b - 1) >> 63);  // a <= b: it changes here
    const auto right = static_cast<std::uint32_t>((b - a - 1) >> 63);
    const std::uint32_t y = choose(left, ly_[i_], ry_[j_]);
    if (y == past_all) return false;
    const std::uint32_t ends = (i_ ^ j_) & 1;   // one column inside: the edge n - 1 ends here
    const std::uint32_t passes = left & right;  // the horizontal edge goes on
    const std::uint32_t open = left_open_[i_];
    edges_[n_].x = x_;
    if ((passes & ends) != 0) {
      right_open_[j_] = touch(edges_, n_, open, (i_ & 1) != 0, y, diagonal);
      edges_above_[n_] = n_ - 1;
      n_++;
      i_++;
      j_++;
      return true;
    }
    const std::uint32_t edge = n_ - ends;
    const std::uint32_t here = choose(passes, open, edge);
    edges_above_[n_] = above_;
    edges_[edge].y[(i_ ^ (right & ~ends)) & 1] = y;
    // a horizontal edge of the left column ends; below foreground it goes left
    const std::uint32_t from = choose(i_ & 1, edge, open);
    edges_[choose(right, n_, from)].next = from ^ edge ^ open;  // the other one of the two
    right_open_[j_] = here;
    above_ = choose(passes | ends, here, above_);
    n_ += (passes | ends) ^ 1;
    i_ += left;
    j_ += right;
    return true;
  }

  VerticalEdge* edges_;
  std::uint32_t* edges_above_;
  const std::uint32_t* ly_;
  const std::uint32_t* ry_;
  const std::uint32_t* left_open_;
  std::uint32_t* right_open_;
  std::uint32_t x_;
  std::uint32_t n_;
  std::uint32_t i_ = 0;  // odd: inside foreground of the left column; j: of the right one
  std::uint32_t j_ = 0;
  std::uint32_t above_ = 0;  // of an edge that begins here
};

// Links what happens on the line x, then lets the column right of it be the left one.
void EdgeFinder::between(std::int64_t x) {
  end_column(right_.y, right_.open);
  const std::int64_t changes = left_.y.size() + right_.y.size() - 2 * end_marks;
  poll(10 + 5 * static_cast<double>(changes));
  const std::int64_t n = outline_->edges.size();
  if (n + changes > max_edges) {
    throw Error(ErrorKind::limit, "masks", "expected an outline of fewer than 2^32 vertices");
  }
  outline_->edges.grow(changes + 1);
  outline_->above.grow(changes + 1);
  Merge merge(left_, right_, *outline_, static_cast<std::uint32_t>(x),
              static_cast<std::uint32_t>(n));
  const std::int64_t end = merge.run(diagonal_, luck_);
  outline_->edges.truncate(end);
  outline_->above.truncate(end);
  std::swap(left_, right_);
  right_.y.clear();
}

}  // namespace me
