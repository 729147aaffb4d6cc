#include "ops/adjacency/adjacency.h"

#include <algorithm>
#include <utility>

#include "base/numbering.h"
#include "runs/label_contacts.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

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
      add_contacts_across(row_of(*before), row_of(*line), corners_, labels.values().size(), sums);
      std::swap(before, line);
    }
  }

  Numbering labels;
  PairSums sums;

 private:
  // Numbers the stretches of a row, and counts the edges between neighbours in it.
  void along(Line& line) {
    for (std::int64_t k = 0; k < line.n; k++) {
      const std::uint64_t value = line.values[k];
      line.labels[k] = value == 0 ? NumberedRow::none : labels.number_of(value);
    }
    add_contacts_along(row_of(line), labels.values().size(), sums);
  }

  static NumberedRow row_of(const Line& line) {
    return {line.bounds.data(), line.labels.data(), line.n};
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
  rows.sums.for_each([&](std::uint32_t a, std::uint32_t b, const PairSums::Sum& sum) {
    Row row{labels[a], labels[b], sum};
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
  return out;
}

}  // namespace me::cpu
