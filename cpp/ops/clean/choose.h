// Which components a rule is about, of dense and of run-length masks alike.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "base/poll_some.h"
#include "base/sort_polling.h"
#include "ops/clean/clean.h"
#include "runs/regions.h"

namespace me::cpu {

// Chooses all but the k largest of each value; of equal ones the first stays.
template <class Found, class Value>
void choose_all_but_largest(Found& found, const CleanRule& rule, Value value,
                            Buffer<std::uint8_t>& chosen) {
  struct Entry {
    std::uint64_t value, area;
    std::int64_t component;
  };
  std::vector<Entry> entries;
  entries.reserve(static_cast<std::size_t>(found.n()));
  for (std::int64_t k = 0; k < found.n(); k++) {
    poll_some(k, 10);
    entries.push_back({value(k), found.sums(k).area, k});
  }
  sort_polling(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.value != b.value) return a.value < b.value;
    return a.area != b.area ? a.area > b.area : a.component < b.component;
  });
  std::int64_t rank = 0;
  for (std::size_t i = 0; i < entries.size(); i++) {
    poll_some(static_cast<std::int64_t>(i), 10);
    rank = i > 0 && entries[i].value == entries[i - 1].value ? rank + 1 : 0;
    chosen[entries[i].component] = rank >= rule.k ? 1 : 0;
  }
}

// Gives 1 for each component that goes, or for each hole that is filled; value(k) is the value of
// component k in [0, found.n()). Lines are `length` pixels long.
template <class Found, class Value>
Buffer<std::uint8_t> choose(Found& found, const CleanRule& rule, std::int64_t length,
                            std::int64_t lines, Value value) {
  Buffer<std::uint8_t> chosen(found.n());
  if (rule.kind == CleanRule::Kind::largest) {
    choose_all_but_largest(found, rule, value, chosen);
    return chosen;
  }
  const bool holes = rule.kind == CleanRule::Kind::holes;
  for (std::int64_t k = 0; k < found.n(); k++) {
    poll_some(k, 10);
    const Sums& sums = found.sums(k);
    const auto area = static_cast<std::int64_t>(sums.area);
    const bool at_border = sums.along_begin() == 0 || sums.line_begin == 0 ||
                           sums.along_end == length || sums.line_end == lines;
    const bool is_chosen =
        holes ? !at_border && area <= rule.limits.otherwise : area < rule.limits.of(value(k));
    chosen[k] = is_chosen ? 1 : 0;
  }
  return chosen;
}

}  // namespace me::cpu
