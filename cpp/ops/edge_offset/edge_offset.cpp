#include "ops/edge_offset/edge_offset.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include "base/numbering.h"
#include "base/parallel.h"
#include "base/sort_polling.h"
#include "base/values.h"

namespace me::cpu {
namespace {

struct Sums {
  std::int64_t edges = 0, clipped = 0, elsewhere = 0, sum = 0, squares = 0;

  void add(const Sums& other) {
    edges += other.edges;
    clipped += other.clipped;
    elsewhere += other.elsewhere;
    sum += other.sum;
    squares += other.squares;
  }
};

// Sums of pairs of labels, which are numbered before.
struct PairSums {
  Numbering labels, pairs;
  std::vector<Sums> sums;

  Sums& of(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t first = labels.number_of(a);
    const std::uint32_t number = pairs.number_of(first << 32 | labels.number_of(b));
    if (number == sums.size()) sums.emplace_back();
    return sums[number];
  }

  std::uint64_t label(std::uint64_t number) const {
    return labels.values()[static_cast<std::int64_t>(number)];
  }

  template <class Take>
  void each(Take take) const {
    for (std::size_t i = 0; i < sums.size(); i++) {
      const std::uint64_t pair = pairs.values()[static_cast<std::int64_t>(i)];
      take(label(pair >> 32), label(pair & 0xFFFFFFFF), sums[i]);
    }
  }
};

// The pixels around one, the nearest first, and how far a pixel is inside an edge when the nearest
// pixel beyond that edge is there. They reach one pixel beyond the limit: the two pixels at an edge
// are one apart, so where one of them finds nothing, their mean is beyond the limit for sure.
class Around {
 public:
  struct Step {
    std::int32_t dy, dx;
    std::int32_t inside;  // in units of 1 / 1024 pixel
  };

  Around(double limit, Metric metric) : limit_(std::lround(limit * 1024)) {
    reach_ = static_cast<std::int64_t>(limit + 1);
    std::vector<std::pair<double, Step>> found;
    for (std::int64_t dy = -reach_; dy <= reach_; dy++) {
      for (std::int64_t dx = -reach_; dx <= reach_; dx++) {
        const double far = length(metric, dy, dx);
        if (far == 0 || far > limit + 1) continue;
        const double inner = far - half_a_row(metric, dy, dx);
        const auto inside = static_cast<std::int32_t>(std::lround(1024 * inner));
        found.push_back({far, {std::int32_t(dy), std::int32_t(dx), inside}});
      }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& p, const auto& q) {
      return p.first != q.first ? p.first < q.first : p.second.inside < q.second.inside;
    });
    for (const auto& each : found) steps_.push_back(each.second);
  }

  std::int64_t reach() const { return reach_; }
  std::int64_t limit() const { return limit_; }
  const std::vector<Step>& steps() const { return steps_; }

 private:
  static double length(Metric metric, std::int64_t dy, std::int64_t dx) {
    const std::int64_t y = std::abs(dy);
    const std::int64_t x = std::abs(dx);
    if (metric == Metric::chebyshev) return double(std::max(y, x));
    if (metric == Metric::cityblock) return double(y + x);
    return std::sqrt(double(y * y + x * x));
  }

  // An edge runs somewhere between the last row of pixels of a and the first one of b. Seen along
  // (p, q), without common divisor, rows of pixels lie 1 / sqrt(p^2 + q^2) apart: the edge is half
  // of that nearer than the pixel, in the mean. 0.5 for all made discs come out 8 % too small.
  static double half_a_row(Metric metric, std::int64_t dy, std::int64_t dx) {
    if (metric != Metric::euclidean) return 0.5;
    const auto divisor = double(std::gcd(dy, dx));
    return 0.5 * divisor / length(metric, dy, dx);
  }

  std::int64_t limit_, reach_;
  std::vector<Step> steps_;
};

template <class T>
class Edges {
 public:
  Edges(const MaskView& reference, const MaskView& other, const Around& around)
      : reference_(reference), other_(other), around_(around) {
    for (const Around::Step& step : around.steps()) {
      jumps_.push_back(step.dy * (other.row_stride / std::int64_t{sizeof(T)}) + step.dx);
    }
  }

  // Edges on the right and lower side of the pixels of rows [begin, end).
  void count(std::int64_t begin, std::int64_t end, PairSums& out) const {
    const std::int64_t width = reference_.width;
    for (std::int64_t y = begin; y < end; y++) {
      poll(static_cast<double>(width));
      const T* row = row_of(reference_, y);
      across(row, row + 1, width - 1, y, 0, 1, out);
      if (y + 1 < reference_.height) across(row, row_of(reference_, y + 1), width, y, 1, 0, out);
    }
  }

 private:
  static const T* row_of(const MaskView& map, std::int64_t y) {
    return reinterpret_cast<const T*>(map.data + y * map.row_stride);
  }

  void across(const T* here, const T* there, std::int64_t n, std::int64_t y, std::int64_t dy,
              std::int64_t dx, PairSums& out) const {
    constexpr std::int64_t step = 64 / sizeof(T);
    for (std::int64_t x = 0; x < n; x += step) {
      const std::int64_t end = std::min(x + step, n);
      const auto bytes = static_cast<std::size_t>(end - x) * sizeof(T);
      if (std::memcmp(here + x, there + x, bytes) == 0) continue;
      for (std::int64_t i = x; i < end; i++) {
        if (here[i] != there[i]) edge(here[i], there[i], y, i, y + dy, i + dx, out);
      }
    }
  }

  // An edge of labels a and b of the reference, between pixels p and q.
  void edge(T a, T b, std::int64_t py, std::int64_t px, std::int64_t qy, std::int64_t qx,
            PairSums& out) const {
    const bool turned = sort_key(b, reference_.element) < sort_key(a, reference_.element);
    if (turned) std::swap(a, b);
    Sums& sums = out.of(a, b);
    const T p = row_of(other_, py)[px];
    const T q = row_of(other_, qy)[qx];
    if ((p != a && p != b) || (q != a && q != b)) {
      sums.elsewhere++;
      return;
    }
    sums.edges++;
    if (p != q && (p == a) != turned) return;  // where it is in the reference
    const std::int64_t limit = 2 * around_.limit();
    const std::int64_t offset = inside(p, a, b, py, px) + inside(q, a, b, qy, qx);
    const std::int64_t cut = std::clamp(offset, -limit, limit);
    sums.clipped += std::abs(offset) > limit ? 1 : 0;
    sums.sum += cut;
    sums.squares += cut * cut;
  }

  // How far pixel (y, x) of the other map, of label `own`, lies inside a; below zero, inside b.
  std::int64_t inside(T own, T a, T b, std::int64_t y, std::int64_t x) const {
    const T wanted = own == a ? b : a;
    const std::int64_t found = nearest(wanted, y, x);
    return own == a ? found : -found;
  }

  std::int64_t nearest(T wanted, std::int64_t y, std::int64_t x) const {
    const std::vector<Around::Step>& steps = around_.steps();
    const std::int64_t reach = around_.reach();
    const T* pixel = row_of(other_, y) + x;
    if (y >= reach && x >= reach && y + reach < other_.height && x + reach < other_.width) {
      for (std::size_t i = 0; i < steps.size(); i++) {
        if (pixel[jumps_[i]] == wanted) return steps[i].inside;
      }
      return beyond;
    }
    for (std::size_t i = 0; i < steps.size(); i++) {
      const std::int64_t to_y = y + steps[i].dy;
      const std::int64_t to_x = x + steps[i].dx;
      if (to_y < 0 || to_x < 0 || to_y >= other_.height || to_x >= other_.width) continue;
      if (pixel[jumps_[i]] == wanted) return steps[i].inside;
    }
    return beyond;
  }

  static constexpr std::int64_t beyond = 8 * 1024 * max_edge_offset;  // clipped, whatever is added

  const MaskView& reference_;
  const MaskView& other_;
  const Around& around_;
  std::vector<std::int64_t> jumps_;
};

EdgeOffsets sorted(const PairSums& found, Element element) {
  struct Row {
    std::uint64_t a, b;
    Sums sums;
  };
  std::vector<Row> rows;
  found.each([&rows](std::uint64_t a, std::uint64_t b, const Sums& sums) {
    rows.push_back({a, b, sums});
  });
  sort_polling(rows.begin(), rows.end(), [element](const Row& p, const Row& q) {
    if (p.a != q.a) return sort_key(p.a, element) < sort_key(q.a, element);
    return sort_key(p.b, element) < sort_key(q.b, element);
  });
  EdgeOffsets out;
  for (const Row& row : rows) {
    out.a.push_back(row.a);
    out.b.push_back(row.b);
    out.edges.push_back(row.sums.edges);
    out.clipped.push_back(row.sums.clipped);
    out.elsewhere.push_back(row.sums.elsewhere);
    out.sum.push_back(row.sums.sum);
    out.squares.push_back(row.sums.squares);
  }
  return out;
}

}  // namespace

EdgeOffsets edge_offset(const MaskView& reference, const MaskView& other, double limit,
                        Metric metric, const Exec& exec) {
  if (reference.height * reference.width == 0) return {};
  const Around around(limit, metric);
  PairSums total;
  const double cost = 2.0 * double(reference.width);
  const std::int64_t chunks = chunk_count(exec, reference.height, cost);
  std::vector<PairSums> parts(static_cast<std::size_t>(std::max<std::int64_t>(chunks, 1)));
  with_unsigned(element_bytes(reference.element), [&](auto zero) {
    const Edges<decltype(zero)> edges(reference, other, around);
    for_chunks(exec, reference.height, chunks,
               [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
                 edges.count(begin, end, parts[static_cast<std::size_t>(c)]);
               });
  });
  for (const PairSums& part : parts) {
    part.each(
        [&total](std::uint64_t a, std::uint64_t b, const Sums& sums) { total.of(a, b).add(sums); });
  }
  return sorted(total, reference.element);
}

}  // namespace me::cpu
