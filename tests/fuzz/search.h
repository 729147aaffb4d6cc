// Connected components of a grid by a search pixel by pixel.
#pragma once
#include <utility>
#include <vector>

#include "input.h"

namespace fuzz {

// Numbers 1, 2, ... by first pixel in raster order; pixels with 0 have 0. Neighbours are of one
// component when their values are equal.
inline Grid components_of(const Grid& values, bool corners, std::int64_t* n) {
  Grid numbers(values.height, values.width);
  std::vector<std::pair<std::int64_t, std::int64_t>> waiting;
  *n = 0;
  for (std::int64_t y = 0; y < values.height; y++) {
    for (std::int64_t x = 0; x < values.width; x++) {
      if (values.at(y, x) == 0 || numbers.at(y, x) != 0) continue;
      const auto number = static_cast<std::uint64_t>(++*n);
      numbers.at(y, x) = number;
      waiting.push_back({y, x});
      while (!waiting.empty()) {
        const auto from = waiting.back();
        waiting.pop_back();
        for (int step = 0; step < 9; step++) {
          const std::int64_t v = from.first + step / 3 - 1, u = from.second + step % 3 - 1;
          if (!corners && v != from.first && u != from.second) continue;
          if (!values.has(v, u) || numbers.at(v, u) != 0) continue;
          if (values.at(v, u) != values.at(y, x)) continue;
          numbers.at(v, u) = number;
          waiting.push_back({v, u});
        }
      }
    }
  }
  return numbers;
}

inline Grid where(const Grid& values, std::uint64_t value) {
  Grid out(values.height, values.width);
  for (std::size_t k = 0; k < out.all.size(); k++) out.all[k] = values.all[k] == value ? 1 : 0;
  return out;
}

}  // namespace fuzz
