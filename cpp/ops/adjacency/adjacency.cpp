#include "ops/adjacency/adjacency.h"

#include <algorithm>
#include <utility>

#include "base/numbering.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

// Sums for pairs of numbers, of which the first is smaller.
class PairSums {
 public:
  struct Sum {
    std::int64_t edges = 0, corners = 0;
  };

  Sum& of(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t pair = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    const std::uint32_t number = pairs_.number_of(pair);
    if (number == sums_.size()) sums_.push_back(Sum{});
    return sums_[number];
  }

  const Buffer<std::uint64_t>& pairs() const { return pairs_.values(); }
  const Sum& operator[](std::int64_t k) const { return sums_[k]; }

 private:
  Numbering pairs_;
  Buffer<Sum> sums_;
};

constexpr std::uint32_t background = UINT32_MAX;

class Rows {
 public:
  Rows(const DenseItem& map, bool with_corners) : lines_(map, true), corners_(with_corners) {
    Buffer<std::uint64_t> changes(lines_.words());
    Line pair[2];
    make_empty(pair[0]);
    Line* before = &pair[0];
    Line* line = &pair[1];
    for (std::int64_t y = 0; y < map.size.height; y++) {
      lines_.read(y, changes.data(), *line);
      along(*line);
      across(*before, *line);
      std::swap(before, line);
    }
  }

  Numbering labels;
  PairSums sums;

 private:
  // Numbers the stretches of a row, and counts the edges between neighbours in it.
  void along(Line& line) {
    std::uint32_t left = background;
    for (std::int64_t k = 0; k < line.n; k++) {
      const std::uint64_t value = line.values[k];
      const std::uint32_t number = value == 0 ? background : labels.number_of(value);
      line.labels[k] = number;
      if (left != background && number != background) sums.of(left, number).edges++;
      left = number;
    }
  }

  void across(const Line& before, const Line& line) {
    const std::uint32_t* above = before.bounds.data();
    const std::uint32_t* here = line.bounds.data();
    std::int64_t j = 0;
    for (std::int64_t k = 0; k < line.n; k++) {
      if (line.labels[k] == background) continue;
      const std::int64_t begin = here[k];
      const std::int64_t end = here[k + 1];
      while (j < before.n && std::int64_t{above[j + 1]} < begin) j++;
      for (std::int64_t i = j; i < before.n && std::int64_t{above[i]} <= end; i++) {
        if (before.labels[i] == background || before.labels[i] == line.labels[k]) continue;
        meet(above[i], above[i + 1], begin, end, before.labels[i], line.labels[k]);
      }
    }
  }

  void meet(std::int64_t a0, std::int64_t a1, std::int64_t b0, std::int64_t b1, std::uint32_t a,
            std::uint32_t b) {
    const auto common = [](std::int64_t p0, std::int64_t p1, std::int64_t q0, std::int64_t q1) {
      return std::max<std::int64_t>(std::min(p1, q1) - std::max(p0, q0), 0);
    };
    const std::int64_t edges = common(a0, a1, b0, b1);
    std::int64_t corners = 0;
    if (corners_) corners = common(a0 + 1, a1 + 1, b0, b1) + common(a0 - 1, a1 - 1, b0, b1);
    if (edges + corners == 0) return;
    PairSums::Sum& sum = sums.of(a, b);
    sum.edges += edges;
    sum.corners += corners;
  }

  RowLines lines_;
  bool corners_;
};

}  // namespace

Adjacency adjacency(const MaskView& map, bool with_corners) {
  Adjacency out;
  if (map.height * map.width == 0) return out;
  const Rows rows(item_of(map, 0), with_corners);
  const Buffer<std::uint64_t>& labels = rows.labels.values();
  struct Row {
    std::uint64_t a, b;
    PairSums::Sum sum;
  };
  const auto before = [element = map.element](std::uint64_t p, std::uint64_t q) {
    return sort_key(p, element) < sort_key(q, element);
  };
  Buffer<Row> sorted;
  for (std::int64_t k = 0; k < rows.sums.pairs().size(); k++) {
    const std::uint64_t pair = rows.sums.pairs()[k];
    Row row{labels[static_cast<std::int64_t>(pair >> 32)],
            labels[static_cast<std::int64_t>(pair & 0xFFFFFFFF)], rows.sums[k]};
    if (before(row.b, row.a)) std::swap(row.a, row.b);
    sorted.push_back(row);
  }
  std::sort(sorted.begin(), sorted.end(), [&before](const Row& p, const Row& q) {
    return p.a != q.a ? before(p.a, q.a) : before(p.b, q.b);
  });
  for (const Row& row : sorted) {
    out.a.push_back(row.a);
    out.b.push_back(row.b);
    out.edges.push_back(row.sum.edges);
    out.corners.push_back(row.sum.corners);
  }
  return out;
}

}  // namespace me::cpu
