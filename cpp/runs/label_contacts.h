// How much numbered runs of neighbouring rows, and of one row, touch.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/numbering.h"

namespace me {

// Sums for pairs of numbers. Those of small numbers have a place in a table, that of `none` too:
// looking pairs up took half of the time that a map of 30 classes took.
class PairSums {
 public:
  struct Sum {
    std::int64_t edges = 0, corners = 0;
  };

  static constexpr std::uint32_t small = 64;  // a power of two; `none` has the last place

  PairSums() : table_(small * small) { std::fill(table_.begin(), table_.end(), Sum{}); }

  // Of small numbers, in either order, equal ones too.
  Sum& place(std::uint32_t a, std::uint32_t b) { return table_[a % small * small + b % small]; }

  Sum& of(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t low = std::min(a, b);
    const std::uint32_t high = std::max(a, b);
    if (high < small - 1) return place(low, high);
    const std::uint32_t number = pairs_.number_of(std::uint64_t{low} << 32 | high);
    if (number == sums_.size()) sums_.push_back(Sum{});
    return sums_[number];
  }

  // Calls work(a, b, sum) for all pairs a < b that have one.
  template <class Work>
  void for_each(Work work) const {
    for (std::uint32_t a = 0; a < small - 1; a++) {
      for (std::uint32_t b = a + 1; b < small - 1; b++) {
        Sum sum = table_[a * small + b];
        sum.edges += table_[b * small + a].edges;
        if (sum.edges + sum.corners > 0) work(a, b, sum);
      }
    }
    for (std::int64_t k = 0; k < sums_.size(); k++) {
      const std::uint64_t pair = pairs_.values()[k];
      work(static_cast<std::uint32_t>(pair >> 32), static_cast<std::uint32_t>(pair), sums_[k]);
    }
  }

 private:
  Buffer<Sum> table_;
  Numbering pairs_;
  Buffer<Sum> sums_;
};

// Run k of n is [bounds[k], bounds[k + 1]) and has numbers[k], or `none`.
struct NumberedRow {
  static constexpr std::uint32_t none = UINT32_MAX;

  const std::uint32_t* bounds;
  const std::uint32_t* numbers;
  std::int64_t n;
};

// Adds the edges between neighbours of a row, the numbers of which are below `count`.
inline void add_contacts_along(const NumberedRow& row, std::int64_t count, PairSums& sums) {
  std::uint32_t left = NumberedRow::none;
  if (count < PairSums::small) {
    for (std::int64_t k = 0; k < row.n; k++) {
      sums.place(left, row.numbers[k]).edges++;
      left = row.numbers[k];
    }
    return;
  }
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint32_t number = row.numbers[k];
    if (left != NumberedRow::none && number != NumberedRow::none && left != number) {
      sums.of(left, number).edges++;
    }
    left = number;
  }
}

// Adds the edges between a row and the one above, both of which cover the same pixels and have
// small numbers. Nothing here depends on what is found: no branch is foreseen wrongly.
inline void add_edges_across(const NumberedRow& above, const NumberedRow& row, PairSums& sums) {
  std::int64_t j = 0;
  std::int64_t k = 0;
  std::uint32_t x = row.n > 0 ? std::max(row.bounds[0], above.bounds[0]) : 0;
  while (k < row.n && j < above.n) {
    const std::uint32_t a = above.bounds[j + 1];
    const std::uint32_t b = row.bounds[k + 1];
    const std::uint32_t end = std::min(a, b);
    sums.place(above.numbers[j], row.numbers[k]).edges += end > x ? end - x : 0;
    x = std::max(x, end);
    j += a == end;
    k += b == end;
  }
}

// Adds the edges, and corners when wanted, between a row and the one above; numbers are below
// `count`.
inline void add_contacts_across(const NumberedRow& above, const NumberedRow& row, bool corners,
                                std::int64_t count, PairSums& sums) {
  if (!corners && count < PairSums::small) {
    add_edges_across(above, row, sums);
    return;
  }
  const auto common = [](std::int64_t p0, std::int64_t p1, std::int64_t q0, std::int64_t q1) {
    return std::max<std::int64_t>(std::min(p1, q1) - std::max(p0, q0), 0);
  };
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint32_t number = row.numbers[k];
    if (number == NumberedRow::none) continue;
    const std::int64_t begin = row.bounds[k];
    const std::int64_t end = row.bounds[k + 1];
    while (j < above.n && std::int64_t{above.bounds[j + 1]} < begin) j++;
    for (std::int64_t i = j; i < above.n && std::int64_t{above.bounds[i]} <= end; i++) {
      if (above.numbers[i] == NumberedRow::none || above.numbers[i] == number) continue;
      const std::int64_t a0 = above.bounds[i];
      const std::int64_t a1 = above.bounds[i + 1];
      const std::int64_t edges = common(a0, a1, begin, end);
      std::int64_t touching = 0;
      if (corners)
        touching = common(a0 + 1, a1 + 1, begin, end) + common(a0 - 1, a1 - 1, begin, end);
      if (edges + touching == 0) continue;
      PairSums::Sum& sum = sums.of(above.numbers[i], number);
      sum.edges += edges;
      sum.corners += touching;
    }
  }
}

}  // namespace me
