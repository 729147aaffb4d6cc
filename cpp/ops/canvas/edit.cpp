#include "ops/canvas/edit.h"

#include <algorithm>
#include <cstring>

#include "base/values.h"

namespace me::cpu {
namespace {

// How many values, of n, are equal to the first.
template <class T>
std::int64_t equal_values(const T* values, std::int64_t n) {
  constexpr std::int64_t block = 64 / static_cast<std::int64_t>(sizeof(T));
  const T first = values[0];
  std::uint64_t pattern = 0;
  for (std::size_t k = 0; k < sizeof(std::uint64_t) / sizeof(T); k++) {
    std::memcpy(reinterpret_cast<char*>(&pattern) + k * sizeof(T), &first, sizeof(T));
  }
  std::int64_t i = 0;
  for (; i + block <= n; i += block) {
    std::uint64_t words[8];
    std::memcpy(words, values + i, sizeof words);
    std::uint64_t other = 0;
    for (const std::uint64_t word : words) other |= word ^ pattern;
    if (other != 0) break;
  }
  while (i < n && values[i] == first) i++;
  return i;
}

// Calls work(label, begin, end) for the maximal stretches of one label in a row's [begin, end).
template <class T, class Work>
void for_stretches(LabelMap& labels, std::int64_t y, std::int64_t begin, std::int64_t end,
                   Work work) {
  const std::int64_t step = labels.step();
  const bool whole = step == static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t x = begin; x < end;) {
    const LabelMap::Stretch stretch = labels.at(y, x, false);
    const std::int64_t stop = std::min(end, stretch.end);
    const char* at = stretch.data;
    while (x < stop) {
      T label;
      std::memcpy(&label, at, sizeof label);
      std::int64_t n = 1;
      if (whole) {
        n = equal_values(reinterpret_cast<const T*>(at), stop - x);
      } else {
        while (x + n < stop && std::memcmp(at + n * step, &label, sizeof label) == 0) n++;
      }
      work(std::uint64_t{label}, x, x + n);
      x += n;
      at += n * step;
    }
  }
}

}  // namespace

void find_changes(LabelMap& labels, const Buffer<RowSpan>& spans, const Paint& paint,
                  const Rules& rules, Changes& changes) {
  with_unsigned(labels.bytes(), [&](auto zero) {
    std::uint64_t last = paint.label;  // the label asked about last, and whether it may change
    bool may_change = false;
    for (const RowSpan& span : spans) {
      const auto y = static_cast<std::int32_t>(span.y);
      for_stretches<decltype(zero)>(
          labels, span.y, span.begin, span.end,
          [&](std::uint64_t label, std::int64_t begin, std::int64_t end) {
            if (label != last) {
              last = label;
              may_change =
                  label != paint.label && (!paint.old || label == *paint.old) && rules.allow(label);
            }
            if (!may_change) return;
            add_in_order(changes, {y, static_cast<std::int32_t>(begin),
                                   static_cast<std::int32_t>(end), label, paint.label});
          });
    }
  });
}

bool matches(LabelMap& labels, const Changes& changes, bool backwards) {
  bool all = true;
  with_unsigned(labels.bytes(), [&](auto zero) {
    for (const Change& change : changes) {
      const std::uint64_t expected = backwards ? change.after : change.before;
      for_stretches<decltype(zero)>(
          labels, change.y, change.begin, change.end,
          [&](std::uint64_t label, std::int64_t, std::int64_t) { all &= label == expected; });
      if (!all) return;
    }
  });
  return all;
}

void write(LabelMap& labels, const Changes& changes, bool backwards) {
  const std::int64_t step = labels.step();
  const std::int64_t bytes = labels.bytes();
  for (const Change& change : changes) {
    const std::uint64_t label = backwards ? change.before : change.after;
    for (std::int64_t x = change.begin; x < change.end;) {
      const LabelMap::Stretch stretch = labels.at(change.y, x, true);
      const std::int64_t stop = std::min<std::int64_t>(change.end, stretch.end);
      char* at = stretch.data;
      if (step == bytes) {
        set_values(at, stop - x, bytes, label);
      } else {
        for (std::int64_t i = x; i < stop; i++, at += step) set_values(at, 1, bytes, label);
      }
      x = stop;
    }
  }
}

}  // namespace me::cpu
