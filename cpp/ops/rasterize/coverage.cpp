// Each row of pixels is cut at the vertices in it. In such a slab the edges are sorted by where
// they enter; two that leave in the other order cross once. An edge fills what is right of it, with
// the sign that the winding on its two sides gives, and changes that sign only at its crossings.
#include "ops/rasterize/coverage.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/limits.h"
#include "base/parallel.h"
#include "geometry/target.h"

namespace me::cpu {
namespace {

constexpr double coverage_limit = 2147483648.0;
constexpr double rest = 0x1p-40;

// To the nearest 2^-32 of a pixel: slopes of edges between smaller numbers would pass what a double
// holds.
double on_grid(double coordinate) { return std::nearbyint(coordinate * 0x1p32) * 0x1p-32; }

class Coverage {
 public:
  void polygon(const Target& target, float* out);

 private:
  // Downward, from (x0, y0) to (x1, y1).
  struct Edge {
    double x0, y0, x1, y1;
    int turn;

    double at(double y) const {
      if (y >= y1) return x1;
      return x0 + (y - y0) * ((x1 - x0) / (y1 - y0));
    }
    bool operator<(const Edge& other) const { return y0 < other.y0; }
  };
  struct Piece {
    double x0, x1;
    int turn;
    int winding;  // left of it, at the top of the slab

    bool operator<(const Piece& other) const {
      return x0 != other.x0 ? x0 < other.x0 : x1 < other.x1;
    }
  };
  // At t of the slab, in [0, 1], the winding left of a piece changes.
  struct Crossing {
    std::int64_t piece;
    double t;
    int change;

    bool operator<(const Crossing& other) const {
      return piece != other.piece ? piece < other.piece : t < other.t;
    }
  };

  void read(const Target& target);
  void slab(double top, double bottom);
  void cross();
  void add(double x0, double x1, double height);
  void put(std::int64_t column, double share);
  void write(float* row);
  bool inside(int winding) const {
    return fill_ == FillRule::even_odd ? (winding & 1) != 0 : winding != 0;
  }

  FillRule fill_ = FillRule::even_odd;
  std::int64_t width_ = 0;
  Buffer<Edge> edges_;
  Buffer<Edge> active_;
  Buffer<double> cuts_;
  Buffer<Piece> pieces_;
  Buffer<std::int64_t> order_;
  Buffer<Crossing> crossings_;
  Buffer<double> steps_;  // of the share from one column to the next
  std::int64_t first_ = 0, last_ = 0;
  std::int64_t work_ = 0;  // edges looked at, over all slabs
};

void Coverage::read(const Target& target) {
  edges_.clear();
  work_ = 0;
  const auto height = static_cast<double>(target.size.height);
  for (std::int64_t r = target.first_ring(); r < target.last_ring(); r++) {
    const Ring ring = target.polygons.ring(r);
    for (std::int64_t i = 0; i < 2 * ring.n; i++) {
      if (!(std::abs(ring.xy[i]) <= coverage_limit)) {
        target.refuse(r, ring.xy[i], coverage_limit);
      }
    }
    for (std::int64_t i = 0; i < ring.n; i++) {
      const double* const before = ring.xy + 2 * (i > 0 ? i - 1 : ring.n - 1);
      double x0 = on_grid(before[0]);
      double y0 = on_grid(before[1]);
      double x1 = on_grid(ring.xy[2 * i]);
      double y1 = on_grid(ring.xy[2 * i + 1]);
      const bool up = y0 > y1;
      if (up) {
        std::swap(x0, x1);
        std::swap(y0, y1);
      }
      if (y0 == y1 || y1 <= 0 || y0 >= height) continue;
      edges_.push_back({x0, y0, x1, y1, up ? -1 : 1});
    }
  }
  std::sort(edges_.begin(), edges_.end());
}

void Coverage::put(std::int64_t column, double share) {
  steps_[column] += share;
  first_ = std::min(first_, column);
  last_ = std::max(last_, column);
}

// Fills what is right of a stretch of an edge that is `height` rows high (negative to take away).
void Coverage::add(double x0, double x1, double height) {
  if (x0 > x1) std::swap(x0, x1);
  const auto limit = static_cast<double>(width_);
  if (x0 >= limit || height == 0) return;
  if (x1 <= 0) return put(0, height);
  const double slope = x1 > x0 ? height / (x1 - x0) : 0;
  if (x0 < 0) {
    put(0, -x0 * slope);
    height += x0 * slope;
    x0 = 0;
  }
  const auto begin = static_cast<std::int64_t>(x0);
  const auto end = static_cast<std::int64_t>(std::min(x1, limit - 1));
  for (std::int64_t c = begin; c <= end; c++) {
    const auto left = static_cast<double>(c);
    const double from = std::max(x0, left);
    const double to = std::min(x1, left + 1);
    const double part = begin == end && x1 <= limit ? height : slope * (to - from);
    const double share = part * (left + 1 - 0.5 * (from + to));
    put(c, share);
    put(c + 1, part - share);
  }
}

// Sorts by where the pieces leave and notes each pair that changes places.
void Coverage::cross() {
  crossings_.clear();
  order_.clear();
  for (std::int64_t i = 0; i < pieces_.size(); i++) {
    order_.push_back(i);
    const Piece& piece = pieces_[i];
    // A pair that changes places takes memory, and sorting: it counts for many edges.
    check_limit(Limit::crossings, work_ + 64 * crossings_.size(), "polygons");
    for (std::int64_t k = i; k > 0 && pieces_[order_[k - 1]].x1 > piece.x1; k--) {
      const std::int64_t other = order_[k - 1];
      const double before = piece.x0 - pieces_[other].x0;
      const double t = before / (before + (pieces_[other].x1 - piece.x1));
      crossings_.push_back({i, t, -pieces_[other].turn});
      crossings_.push_back({other, t, piece.turn});
      order_[k] = other;
      order_[k - 1] = i;
    }
  }
  std::sort(crossings_.begin(), crossings_.end());
}

void Coverage::slab(double top, double bottom) {
  pieces_.clear();
  work_ += 16 * active_.size();  // sorted in each slab
  check_limit(Limit::crossings, work_, "polygons");
  for (const Edge& edge : active_) {
    if (edge.y0 <= top && edge.y1 >= bottom) {
      pieces_.push_back({edge.y0 == top ? edge.x0 : edge.at(top), edge.at(bottom), edge.turn, 0});
    }
  }
  std::sort(pieces_.begin(), pieces_.end());
  cross();
  const double height = bottom - top;
  const Crossing* next = crossings_.begin();
  int left = 0;
  for (std::int64_t i = 0; i < pieces_.size(); i++) {
    const Piece& piece = pieces_[i];
    int winding = left;
    left += piece.turn;
    double from = 0;
    double x = piece.x0;
    const auto fill_to = [&](double t, double end) {
      const int sign = int{inside(winding + piece.turn)} - int{inside(winding)};
      if (sign != 0) add(x, end, sign * height * (t - from));
      from = t;
      x = end;
    };
    for (; next != crossings_.end() && next->piece == i; next++) {
      fill_to(next->t, piece.x0 + next->t * (piece.x1 - piece.x0));
      winding += next->change;
    }
    fill_to(1, piece.x1);
  }
}

void Coverage::write(float* row) {
  double sum = 0;
  for (std::int64_t c = first_; c < width_ && (c <= last_ || sum > rest); c++) {
    sum += steps_[c];
    const double share = sum < rest ? 0 : (sum > 1 - rest ? 1 : sum);
    row[c] = std::min(row[c] + static_cast<float>(share), 1.0F);
  }
  for (std::int64_t c = first_; c <= last_; c++) steps_[c] = 0;
}

void Coverage::polygon(const Target& target, float* out) {
  fill_ = target.fill;
  width_ = target.size.width;
  read(target);
  if (edges_.empty() || width_ == 0) return;
  steps_.clear();
  std::fill_n(steps_.grow(width_ + 2), width_ + 2, 0.0);
  active_.clear();
  std::int64_t next = 0;
  const auto start = static_cast<std::int64_t>(std::max(std::floor(edges_[0].y0), 0.0));
  for (std::int64_t row = start; row < target.size.height; row++) {
    poll(20 * static_cast<double>(active_.size() + 4));
    const auto top = static_cast<double>(row);
    for (; next < edges_.size() && edges_[next].y0 < top + 1; next++) {
      active_.push_back(edges_[next]);
    }
    std::int64_t kept = 0;
    cuts_.clear();
    cuts_.push_back(top);
    cuts_.push_back(top + 1);
    for (const Edge& edge : active_) {
      if (edge.y1 <= top) continue;
      if (edge.y0 > top) cuts_.push_back(edge.y0);
      if (edge.y1 < top + 1) cuts_.push_back(edge.y1);
      active_[kept++] = edge;
    }
    active_.truncate(kept);
    if (kept == 0 && next == edges_.size()) return;
    std::sort(cuts_.begin(), cuts_.end());
    first_ = width_ + 1;
    last_ = -1;
    for (std::int64_t k = 0; k + 1 < cuts_.size(); k++) {
      if (cuts_[k] < cuts_[k + 1]) slab(cuts_[k], cuts_[k + 1]);
    }
    write(out + row * width_);
  }
}

}  // namespace

void coverage(const PolygonsView& polygons, const Size& size, FillRule fill, float* out,
              const Exec& exec) {
  const std::int64_t area = size.area();
  if (area == 0) return;
  const std::int64_t chunks = chunk_count(exec, polygons.n, 1e4 + 0.1 * static_cast<double>(area));
  for_chunks(exec, polygons.n, chunks, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    Coverage worker;
    for (std::int64_t i = begin; i < end; i++) {
      float* const image = out + i * area;
      std::memset(image, 0, static_cast<std::size_t>(area) * sizeof(float));
      for (std::int64_t p = polygons.item_offsets[i]; p < polygons.item_offsets[i + 1]; p++) {
        worker.polygon({polygons, i, p, size, fill}, image);
      }
      poll(1e4 + 0.1 * static_cast<double>(area));
    }
  });
}

}  // namespace me::cpu
