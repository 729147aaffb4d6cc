// Walks the stretches of one label in a row of a label map.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "ops/canvas/label_map.h"

namespace me::cpu {

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
void for_stretches(LabelMap& labels, LabelMap::Access access, std::int64_t y, std::int64_t begin,
                   std::int64_t end, Work work) {
  const std::int64_t step = labels.step();
  const bool whole = step == static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t x = begin; x < end;) {
    const LabelMap::Stretch stretch = labels.at(y, x, access);
    const std::int64_t stop = std::min(end, stretch.end);
    const char* at = stretch.data;
    while (x < stop) {
      T label;
      std::memcpy(&label, at, sizeof label);
      std::int64_t n = 1;
      if (whole) {
        n = equal_values(reinterpret_cast<const T*>(at), stop - x);
      } else {
        T other = label;
        while (x + n < stop) {
          std::memcpy(&other, at + n * step, sizeof other);
          if (other != label) break;
          n++;
        }
      }
      work(std::uint64_t{label}, x, x + n);
      x += n;
      at += n * step;
    }
  }
}

}  // namespace me::cpu
