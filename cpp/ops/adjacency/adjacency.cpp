#include "ops/adjacency/adjacency.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/numbering.h"
#include "base/parallel.h"
#include "base/sort_polling.h"
#include "runs/label_contacts.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

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
      poll(50.0 * static_cast<double>(line->n));
      add_contacts_along(numbered(*line), labels.values().size(), sums);
      if (before->n > 0) {
        add_contacts_across(numbered(*before), numbered(*line), corners_, labels.values().size(),
                            sums);
      }
      std::swap(before, line);
    }
  }

  Numbering labels;
  PairSums sums;

 private:
  void number(Line& line) {
    for (std::int64_t k = 0; k < line.n; k++) {
      const std::uint64_t value = line.values[k];
      line.labels[k] = value == 0 ? NumberedRow::none : labels.number_of(value);
    }
  }

  static NumberedRow numbered(const Line& line) {
    return {line.bounds.data(), line.labels.data(), line.n};
  }

  RowLines lines_;
  bool corners_;
};

void write_sorted(const Numbering& labels, const PairSums& sums, Element element, Adjacency& out) {
  struct Row {
    std::uint64_t a, b;
    PairSums::Sum sum;
  };
  const auto before = [element](std::uint64_t p, std::uint64_t q) {
    return sort_key(p, element) < sort_key(q, element);
  };
  Buffer<Row> sorted;
  sums.for_each([&](std::uint32_t a, std::uint32_t b, const PairSums::Sum& sum) {
    poll(20);
    Row row{labels.values()[a], labels.values()[b], sum};
    if (before(row.b, row.a)) std::swap(row.a, row.b);
    sorted.push_back(row);
  });
  sort_polling(sorted.begin(), sorted.end(), [&before](const Row& p, const Row& q) {
    return p.a != q.a ? before(p.a, q.a) : before(p.b, q.b);
  });
  for (const Row& row : sorted) {
    poll(10);
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
  Numbering labels;
  PairSums sums;
  for (const auto& band : bands) {
    band->sums.for_each([&](std::uint32_t a, std::uint32_t b, const PairSums::Sum& part) {
      poll(100);
      PairSums::Sum& sum = sums.of(labels.number_of(band->labels.values()[a]),
                                   labels.number_of(band->labels.values()[b]));
      sum.edges += part.edges;
      sum.corners += part.corners;
    });
  }
  write_sorted(labels, sums, map.element, out);
  return out;
}

}  // namespace me::cpu
