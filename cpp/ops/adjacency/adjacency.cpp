#include "ops/adjacency/adjacency.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/numbering.h"
#include "base/parallel.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

struct Sum {
  std::int64_t edges = 0, corners = 0;
};

// Sums for pairs of numbers, of which the first is smaller. Those of small numbers, as in most
// maps, lie in a square.
class PairSums {
 public:
  PairSums() : square_(side * side) { std::fill(square_.begin(), square_.end(), Sum{}); }

  Sum& of(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t low = std::min(a, b);
    const std::uint32_t high = std::max(a, b);
    if (high < side) return square_[low * side + high];
    const std::uint32_t number = pairs_.number_of(std::uint64_t{low} << 32 | high);
    if (number == sums_.size()) sums_.push_back(Sum{});
    return sums_[number];
  }

  // Calls work(a, b, sum) for all pairs that touch.
  template <class Work>
  void for_each(Work work) const {
    for (std::uint32_t a = 0; a < side; a++) {
      for (std::uint32_t b = a + 1; b < side; b++) {
        const Sum& sum = square_[a * side + b];
        if (sum.edges + sum.corners > 0) work(a, b, sum);
      }
    }
    for (std::int64_t k = 0; k < sums_.size(); k++) {
      const std::uint64_t pair = pairs_.values()[k];
      work(static_cast<std::uint32_t>(pair >> 32), static_cast<std::uint32_t>(pair), sums_[k]);
    }
  }

 private:
  static constexpr std::uint32_t side = 64;

  Buffer<Sum> square_;
  Numbering pairs_;
  Buffer<Sum> sums_;
};

// Numbers of labels; those of small labels are kept in a table.
class LabelNumbers {
 public:
  LabelNumbers() { std::fill(small_, small_ + table, 0u); }

  std::uint32_t of(std::uint64_t label) {
    if (label >= table) return labels_.number_of(label);
    std::uint32_t& known = small_[label];  // plus one
    if (known == 0) known = labels_.number_of(label) + 1;
    return known - 1;
  }

  std::uint64_t label(std::uint32_t number) const { return labels_.values()[number]; }

 private:
  static constexpr std::uint64_t table = 1024;

  std::uint32_t small_[table];
  Numbering labels_;
};

constexpr std::uint32_t background = UINT32_MAX;

// Rows [begin, end), and how they touch the row before them.
class Rows {
 public:
  Rows(const DenseItem& map, std::int64_t begin, std::int64_t end, bool with_corners)
      : lines_(map, true), corners_(with_corners) {
    Buffer<std::uint64_t> changes(lines_.words());
    Line pair[2];
    make_empty(pair[0]);
    Line* before = &pair[0];
    Line* line = &pair[1];
    if (begin > 0) {
      lines_.read(begin - 1, changes.data(), *before);
      number(*before);
    }
    for (std::int64_t y = begin; y < end; y++) {
      lines_.read(y, changes.data(), *line);
      number(*line);
      along(*line);
      across(*before, *line);
      std::swap(before, line);
    }
  }

  LabelNumbers labels;
  PairSums sums;

 private:
  void number(Line& line) {
    for (std::int64_t k = 0; k < line.n; k++) {
      const std::uint64_t value = line.values[k];
      line.labels[k] = value == 0 ? background : labels.of(value);
    }
  }

  // Counts the edges between neighbours in a row.
  void along(const Line& line) {
    std::uint32_t left = background;
    for (std::int64_t k = 0; k < line.n; k++) {
      const std::uint32_t number = line.labels[k];
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
    Sum& sum = sums.of(a, b);
    sum.edges += edges;
    sum.corners += corners;
  }

  RowLines lines_;
  bool corners_;
};

void write_sorted(const LabelNumbers& labels, const PairSums& sums, Element element,
                  Adjacency& out) {
  struct Row {
    std::uint64_t a, b;
    Sum sum;
  };
  const auto before = [element](std::uint64_t p, std::uint64_t q) {
    return sort_key(p, element) < sort_key(q, element);
  };
  Buffer<Row> sorted;
  sums.for_each([&](std::uint32_t a, std::uint32_t b, const Sum& sum) {
    Row row{labels.label(a), labels.label(b), sum};
    if (before(row.b, row.a)) std::swap(row.a, row.b);
    sorted.push_back(row);
  });
  std::sort(sorted.begin(), sorted.end(), [&before](const Row& p, const Row& q) {
    return p.a != q.a ? before(p.a, q.a) : before(p.b, q.b);
  });
  for (const Row& row : sorted) {
    out.a.push_back(row.a);
    out.b.push_back(row.b);
    out.edges.push_back(row.sum.edges);
    out.corners.push_back(row.sum.corners);
  }
}

}  // namespace

Adjacency adjacency(const MaskView& map, bool with_corners, const Exec& exec) {
  Adjacency out;
  if (map.height * map.width == 0) return out;
  const double row_cost = 30 + 0.8 * double(map.width);
  const std::int64_t chunks = chunk_count(exec, map.height, row_cost);
  std::vector<std::unique_ptr<Rows>> bands(static_cast<std::size_t>(chunks));
  for_chunks(exec, map.height, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    bands[static_cast<std::size_t>(c)] =
        std::make_unique<Rows>(item_of(map, 0), begin, end, with_corners);
  });
  LabelNumbers labels;
  PairSums sums;
  for (const auto& band : bands) {
    band->sums.for_each([&](std::uint32_t a, std::uint32_t b, const Sum& part) {
      Sum& sum = sums.of(labels.of(band->labels.label(a)), labels.of(band->labels.label(b)));
      sum.edges += part.edges;
      sum.corners += part.corners;
    });
  }
  write_sorted(labels, sums, map.element, out);
  return out;
}

}  // namespace me::cpu
