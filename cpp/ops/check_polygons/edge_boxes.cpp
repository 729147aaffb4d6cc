#include "ops/check_polygons/edge_boxes.h"

#include <cmath>

#include "base/sort_polling.h"

namespace me {
namespace kernels {

std::int64_t next_overlaps_scalar(const Boxes& boxes, std::int64_t one, std::int64_t from,
                                  std::int64_t n, double end, std::uint32_t* hits) {
  const double low = boxes.low[one];
  const double high = boxes.high[one];
  const double top = boxes.top[one];
  const double bottom = boxes.bottom[one];
  for (std::int64_t k = from; k < n && !(boxes.low[k] > end); k += box_block) {
    std::uint32_t found = 0;
    for (std::int64_t j = 0; j < box_block; j++) {
      const bool hit = (boxes.low[k + j] <= high) & (boxes.high[k + j] >= low) &
                       (boxes.top[k + j] <= bottom) & (boxes.bottom[k + j] >= top);
      found |= std::uint32_t{hit} << j;
    }
    if (found != 0) {
      *hits = found;
      return k;
    }
  }
  return n;
}

}  // namespace kernels

namespace cpu {

// By the mean length of an edge as a part of the length of all: the chance that two overlap.
int EdgeBoxes::shortest_axis(const double* xy, const std::int64_t* starts, std::int64_t n) {
  int best = 0;
  double least = INFINITY;
  for (int axis = 0; axis < 4; axis++) {
    double low = INFINITY;
    double high = -INFINITY;
    double total = 0;
    for (std::int64_t e = 0; e < n; e++) {
      const double* a = xy + 2 * (starts != nullptr ? starts[e] : e);
      const double here = along(a, axis);
      low = std::min(low, here);
      high = std::max(high, here);
      total += std::abs(along(a + 2, axis) - here);
    }
    const double part = high > low ? total / (high - low) : INFINITY;
    if (part < least) {
      least = part;
      best = axis;
    }
  }
  return best;
}

void EdgeBoxes::measure(const double* xy, const std::int64_t* starts, std::int64_t n, int axis) {
  for (Buffer<double>* column : {&low_, &high_, &top_, &bottom_}) {
    column->resize(n + kernels::box_block);
    for (std::int64_t k = n; k < n + kernels::box_block; k++) (*column)[k] = NAN;  // overlaps none
  }
  edge_.resize(n);
  const int across = axis ^ 1;
  for (std::int64_t e = 0; e < n; e++) {
    const double* a = xy + 2 * (starts != nullptr ? starts[e] : e);
    const double u0 = along(a, axis);
    const double u1 = along(a + 2, axis);
    const double v0 = along(a, across);
    const double v1 = along(a + 2, across);
    low_[e] = std::min(u0, u1);
    high_[e] = std::max(u0, u1);
    top_[e] = std::min(v0, v1);
    bottom_[e] = std::max(v0, v1);
    edge_[e] = e;
  }
}

// By buckets as many as edges, and within each of them.
void EdgeBoxes::sort(std::int64_t n) {
  order_.resize(n);
  const auto by_start = [](const Start& a, const Start& b) {
    return a.low != b.low ? a.low < b.low : a.edge < b.edge;
  };
  const double least = *std::min_element(low_.begin(), low_.begin() + n);
  const double most = *std::max_element(low_.begin(), low_.begin() + n);
  const double scale = static_cast<double>(n) / (most - least);
  if (!(scale > 0 && scale < 1e300)) {  // all start at one place, or too far apart for doubles
    for (std::int64_t e = 0; e < n; e++) order_[e] = {low_[e], e};
    sort_polling(order_.begin(), order_.end(), by_start);
  } else {
    const auto bucket = [&](double low) {
      return std::min(static_cast<std::int64_t>((low - least) * scale), n - 1);
    };
    ends_.resize(n + 1);
    std::fill(ends_.begin(), ends_.end(), 0);
    for (std::int64_t e = 0; e < n; e++) ends_[bucket(low_[e]) + 1]++;
    for (std::int64_t k = 0; k < n; k++) ends_[k + 1] += ends_[k];
    for (std::int64_t e = 0; e < n; e++) order_[ends_[bucket(low_[e])]++] = {low_[e], e};
    for (std::int64_t k = 0, begin = 0; k < n; begin = ends_[k++]) {
      if (ends_[k] - begin > 1) {
        std::sort(order_.begin() + begin, order_.begin() + ends_[k], by_start);
      }
    }
  }
  spare_.resize(n + kernels::box_block);

  for (Buffer<double>* column : {&low_, &high_, &top_, &bottom_}) {
    for (std::int64_t k = 0; k < n; k++) spare_[k] = (*column)[order_[k].edge];
    for (std::int64_t k = n; k < n + kernels::box_block; k++) spare_[k] = NAN;
    column->swap(spare_);
  }
  for (std::int64_t k = 0; k < n; k++) edge_[k] = order_[k].edge;
}

}  // namespace cpu
}  // namespace me
