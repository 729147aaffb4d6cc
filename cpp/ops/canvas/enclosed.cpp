#include "ops/canvas/enclosed.h"

#include <algorithm>

namespace me::cpu {
namespace {

// A stretch of a row that is not covered, and the set it belongs to; set 0 is the outside.
struct Gap {
  std::int64_t y, begin, end, set;
};

class Gaps {
 public:
  Gaps() { parents_.push_back(0); }

  // Adds the row of the covered spans [first, last), or one without any, below the last row added.
  void add_row(const RowSpan* first, const RowSpan* last) {
    above_.swap(row_);
    row_.clear();
    std::int64_t begin = INT64_MIN;
    for (const RowSpan* span = first; span != last; span++) {
      add_gap(span->y, begin, span->begin, begin == INT64_MIN);
      begin = span->end;
    }
    add_gap(first == last ? 0 : first->y, begin, INT64_MAX, true);
    std::int64_t i = 0;
    for (const Gap& gap : row_) {
      while (i < above_.size() && above_[i].end <= gap.begin) i++;
      for (std::int64_t k = i; k < above_.size() && above_[k].begin < gap.end; k++) {
        unite(gap.set, above_[k].set);
      }
    }
  }

  void append_enclosed(Buffer<RowSpan>& enclosed) {
    for (const Gap& gap : inner_) {
      if (root(gap.set) != 0) enclosed.push_back({gap.y, gap.begin, gap.end});
    }
  }

 private:
  void add_gap(std::int64_t y, std::int64_t begin, std::int64_t end, bool outer) {
    if (outer) {
      row_.push_back({y, begin, end, 0});
      return;
    }
    const Gap gap{y, begin, end, parents_.size()};
    parents_.push_back(gap.set);
    row_.push_back(gap);
    inner_.push_back(gap);
  }

  std::int64_t root(std::int64_t set) {
    while (parents_[set] != set) set = parents_[set] = parents_[parents_[set]];
    return set;
  }

  void unite(std::int64_t a, std::int64_t b) {
    a = root(a);
    b = root(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

  Buffer<Gap> above_, row_;  // all gaps of the last two rows
  Buffer<Gap> inner_;        // those between covered spans
  Buffer<std::int64_t> parents_;
};

}  // namespace

void append_enclosed(const Buffer<RowSpan>& covered, Buffer<RowSpan>& enclosed) {
  Gaps gaps;
  gaps.add_row(nullptr, nullptr);
  const RowSpan* at = covered.begin();
  std::int64_t y = covered.empty() ? 0 : at->y;
  while (at != covered.end()) {
    if (at->y != y) gaps.add_row(nullptr, nullptr);  // rows without spans are all outside
    y = at->y;
    const RowSpan* const first = at;
    while (at != covered.end() && at->y == y) at++;
    gaps.add_row(first, at);
    y++;
  }
  gaps.add_row(nullptr, nullptr);
  gaps.append_enclosed(enclosed);
}

}  // namespace me::cpu
