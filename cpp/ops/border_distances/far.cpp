#include "ops/border_distances/far.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace me::cpu {

// Elements by position: counted, then placed line by line.
void FarSearch::prepare() {
  ready_ = true;
  std::int32_t top = 0;
  for (const std::int32_t at : to_.at) top = std::max(top, at);
  Buffer<std::int64_t> places(std::int64_t{top} + 2);
  std::fill(places.begin(), places.end(), std::int64_t{0});
  for (const std::int32_t at : to_.at) places[std::int64_t{at} + 1]++;
  for (std::int64_t x = 0; x <= top; x++) {
    const std::int64_t count = places[x + 1];
    places[x + 1] += places[x];
    if (count == 0) continue;
    columns_.push_back(static_cast<std::int32_t>(x));
    starts_.push_back(places[x]);
  }
  starts_.push_back(to_.at.size());
  lines_.resize(to_.at.size());
  for (std::int64_t k = 0; k < to_.lines(); k++) {
    for (std::int64_t i = to_.starts[k]; i < to_.starts[k + 1]; i++) {
      lines_[places[to_.at[i]]++] = static_cast<std::int32_t>(k);
    }
  }
  cursors_.append(starts_.data(), columns_.size());
  heights_.resize(columns_.size());
}

void FarSearch::line(std::int64_t line, const std::int32_t* positions, std::int64_t n,
                     double* squared) {
  if (!ready_) prepare();
  const std::int64_t here = line - to_.first;
  for (std::int64_t c = 0; c < columns_.size(); c++) {
    std::int64_t k = cursors_[c];
    const std::int64_t end = starts_[c + 1];
    while (k + 1 < end && lines_[k + 1] <= here) k++;
    cursors_[c] = k;
    std::int64_t away = std::abs(here - lines_[k]);
    if (k + 1 < end) away = std::min(away, std::abs(lines_[k + 1] - here));
    const double height = double(away) * across_;
    heights_[c] = height * height;
  }
  solve(positions, 0, n, 0, columns_.size(), squared);
}

void FarSearch::solve(const std::int32_t* positions, std::int64_t begin, std::int64_t end,
                      std::int64_t low, std::int64_t high, double* squared) const {
  while (begin < end) {
    const std::int64_t middle = begin + (end - begin) / 2;
    double best = std::numeric_limits<double>::infinity();
    std::int64_t at = low;
    for (std::int64_t c = low; c < high; c++) {
      const double x = double(columns_[c] - positions[middle]) * along_;
      const double value = heights_[c] + x * x;
      if (value < best) {
        best = value;
        at = c;
      }
    }
    squared[middle] = best;
    solve(positions, begin, middle, low, at + 1, squared);
    begin = middle + 1;
    low = at;
  }
}

}  // namespace me::cpu
