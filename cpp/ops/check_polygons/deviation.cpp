#include "ops/check_polygons/deviation.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/parallel.h"
#include "base/sort_polling.h"

namespace me::cpu {
namespace {

constexpr double most_steps = 16777216;

struct Segment {
  double a[2], b[2];
  double length() const { return std::hypot(b[0] - a[0], b[1] - a[1]); }
};

double square_distance(const double* p, const Segment& s) {
  const double dx = s.b[0] - s.a[0];
  const double dy = s.b[1] - s.a[1];
  const double x = p[0] - s.a[0];
  const double y = p[1] - s.a[1];
  const double square = dx * dx + dy * dy;
  const double along = square > 0 ? std::clamp((x * dx + y * dy) / square, 0.0, 1.0) : 0.0;
  const double off_x = x - along * dx;
  const double off_y = y - along * dy;
  return off_x * off_x + off_y * off_y;
}

void read(const PolygonsView& polygons, std::int64_t item, Buffer<Segment>& out) {
  out.clear();
  for (std::int64_t r = polygons.rings_before(item); r < polygons.rings_before(item + 1); r++) {
    const Ring ring = polygons.ring(r);
    for (std::int64_t i = 0; i < ring.n; i++) {
      const double* a = ring.xy + 2 * i;
      const double* b = ring.xy + 2 * (i + 1 == ring.n ? 0 : i + 1);
      if (i == 0 || a[0] != b[0] || a[1] != b[1]) out.push_back({{a[0], a[1]}, {b[0], b[1]}});
    }
  }
}

// Segments in square cells, as many as segments or so; each is in every cell of its box's rows that
// it may touch.
class SegmentGrid {
 public:
  void build(const Buffer<Segment>& segments) {
    segments_ = &segments;
    double total = 0;
    low_[0] = low_[1] = INFINITY;
    high_[0] = high_[1] = -INFINITY;
    for (const Segment& s : segments) {
      for (int k = 0; k < 2; k++) {
        low_[k] = std::min({low_[k], s.a[k], s.b[k]});
        high_[k] = std::max({high_[k], s.a[k], s.b[k]});
      }
      total += s.length();
    }
    const auto n = static_cast<double>(segments.size());
    const double width = high_[0] - low_[0];
    const double height = high_[1] - low_[1];
    cell_ = std::max({total / n, std::sqrt(width / n * height), std::max(width, height) / (4 * n)});
    if (!(cell_ > 0)) cell_ = 1;
    columns_ = static_cast<std::int64_t>(width / cell_) + 1;
    rows_ = static_cast<std::int64_t>(height / cell_) + 1;
    begins_.resize(columns_ * rows_ + 1);
    std::fill(begins_.begin(), begins_.end(), std::int64_t{0});
    visit_cells([&](std::int64_t cell, std::int64_t) { begins_[cell]++; });
    std::int64_t sum = 0;
    for (std::int64_t& begin : begins_) begin = sum += begin;
    members_.resize(sum);
    visit_cells([&](std::int64_t cell, std::int64_t s) { members_[--begins_[cell]] = s; });
  }

  // The square of the distance from the nearest segment; `near` is one that may be near.
  double nearest(const double* p, std::int64_t& near) const {
    double best = square_distance(p, (*segments_)[near]);
    const std::int64_t column = place(p[0], 0, columns_);
    const std::int64_t row = place(p[1], 1, rows_);
    double outside = 0;  // the square of the distance from the cells' box
    for (int k = 0; k < 2; k++) {
      const double off = p[k] - std::clamp(p[k], low_[k], high_[k]);
      outside += off * off;
    }
    for (std::int64_t ring = 0; ring < std::max(columns_, rows_); ring++) {
      const double gap = static_cast<double>(ring - 1) * cell_;  // all further cells are beyond
      if (ring > 0 && gap * gap + outside > best) break;
      for (std::int64_t y = std::max<std::int64_t>(row - ring, 0);
           y <= std::min(row + ring, rows_ - 1); y++) {
        const bool whole = y == row - ring || y == row + ring;
        const std::int64_t step = whole || ring == 0 ? 1 : 2 * ring;
        for (std::int64_t x = column - ring; x <= column + ring; x += step) {
          if (x >= 0 && x < columns_) look(p, y * columns_ + x, best, near);
        }
      }
    }
    return best;
  }

 private:
  std::int64_t place(double at, int axis, std::int64_t n) const {
    const double cell = (at - low_[axis]) / cell_;
    return static_cast<std::int64_t>(std::clamp(cell, 0.0, static_cast<double>(n - 1)));
  }

  void look(const double* p, std::int64_t cell, double& best, std::int64_t& near) const {
    for (std::int64_t k = begins_[cell]; k < begins_[cell + 1]; k++) {
      const double square = square_distance(p, (*segments_)[members_[k]]);
      if (square >= best) continue;
      best = square;
      near = members_[k];
    }
  }

  template <class Visit>
  void visit_cells(Visit visit) const {
    for (std::int64_t s = 0; s < segments_->size(); s++) {
      const Segment& segment = (*segments_)[s];
      const double* top = segment.a[1] < segment.b[1] ? segment.a : segment.b;
      const double* bottom = segment.a[1] < segment.b[1] ? segment.b : segment.a;
      const std::int64_t last = place(bottom[1], 1, rows_);
      for (std::int64_t row = place(top[1], 1, rows_); row <= last; row++) {
        const auto along = [&](double y) {
          const double part = bottom[1] > top[1] ? (y - top[1]) / (bottom[1] - top[1]) : 0.0;
          return top[0] + std::clamp(part, 0.0, 1.0) * (bottom[0] - top[0]);
        };
        const double y = low_[1] + static_cast<double>(row) * cell_;
        const bool level = bottom[1] <= top[1];
        const double from = level ? top[0] : along(y);
        const double to = level ? bottom[0] : along(y + cell_);
        const std::int64_t right = place(std::max(from, to) + 0.01 * cell_, 0, columns_);
        for (std::int64_t x = place(std::min(from, to) - 0.01 * cell_, 0, columns_); x <= right;
             x++) {
          visit(row * columns_ + x, s);
        }
      }
    }
  }

  const Buffer<Segment>* segments_ = nullptr;
  double low_[2] = {0, 0};
  double high_[2] = {0, 0};
  double cell_ = 1;
  std::int64_t columns_ = 1;
  std::int64_t rows_ = 1;
  Buffer<std::int64_t> begins_, members_;
};

// A distance, and the length of outline that stands for it.
struct Sample {
  double distance, length;
  bool operator<(const Sample& other) const { return distance < other.distance; }
};

// Samples along `from`, from the grid's segments: the ends of equal pieces, half a piece each.
void sample(const Buffer<Segment>& from, const SegmentGrid& grid, double step,
            Buffer<Sample>& out) {
  std::int64_t near = 0;
  for (const Segment& s : from) {
    const double length = s.length();
    const auto pieces = std::max<std::int64_t>(static_cast<std::int64_t>(length / step + 0.999), 1);
    for (std::int64_t k = 0; k <= pieces; k++) {
      const double part = static_cast<double>(k) / static_cast<double>(pieces);
      const double p[2] = {s.a[0] + part * (s.b[0] - s.a[0]), s.a[1] + part * (s.b[1] - s.a[1])};
      const double share = (k == 0 || k == pieces ? 0.5 : 1.0) / static_cast<double>(pieces);
      out.push_back({std::sqrt(grid.nearest(p, near)), share * length});
    }
  }
}

void summarise(Buffer<Sample>& samples, double* out) {
  sort_polling(samples.begin(), samples.end());
  double total = 0;
  double sum = 0;
  for (const Sample& one : samples) {
    total += one.length;
    sum += one.length * one.distance;
  }
  double within = 0;
  const Sample* at = samples.begin();
  while (at + 1 < samples.end() && (within += at->length) < 0.95 * total) at++;
  out[0] = samples.back().distance;
  out[1] = at->distance;
  out[2] = total > 0 ? sum / total : samples.back().distance;
}

}  // namespace

Buffer<double> deviation(const PolygonsView& polygons, const PolygonsView& outlines, double step,
                         const Exec& exec) {
  Buffer<double> all(3 * polygons.n);
  const double vertices = double(polygons.total_vertices() + outlines.total_vertices());
  for_ranges(exec, polygons.n, polygons.n == 0 ? 0 : 500.0 * vertices / double(polygons.n),
             [&](std::int64_t begin, std::int64_t end) {
               Buffer<Segment> ours, theirs;
               Buffer<Sample> samples;
               SegmentGrid grid;
               for (std::int64_t i = begin; i < end; i++) {
                 double* out = all.data() + 3 * i;
                 read(polygons, i, ours);
                 read(outlines, i, theirs);
                 if (ours.empty() || theirs.empty()) {
                   std::fill_n(out, 3, ours.empty() && theirs.empty() ? 0.0 : INFINITY);
                   continue;
                 }
                 double steps = 0;
                 for (const Segment& s : ours) steps += s.length() / step;
                 for (const Segment& s : theirs) steps += s.length() / step;
                 if (!(steps <= most_steps)) {
                   throw Error(
                       ErrorKind::limit, "step",
                       "expected outlines of at most 2^24 steps, got " + std::to_string(steps), i);
                 }
                 samples.clear();
                 grid.build(theirs);
                 sample(ours, grid, step, samples);
                 grid.build(ours);
                 sample(theirs, grid, step, samples);
                 summarise(samples, out);
               }
             });
  return all;
}

}  // namespace me::cpu
