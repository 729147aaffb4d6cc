#include "runs/row_paint.h"

#include <algorithm>
#include <cstring>

#include "runs/bit_scan.h"

namespace me::kernels {
namespace {

void copy(const void* from, std::int64_t bytes, void* to) {
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void drain() {}

template <class T>
std::int64_t paint(const PaintRow& row, void* out) {
  T* to = static_cast<T*>(out);
  const std::uint32_t* label = row.labels;
  std::int64_t x = 0;
  T value{0};
  bool on = false;
  for (std::int64_t k = 0; 64 * k < row.n; k++) {
    for (std::uint64_t word = row.changes[k]; word != 0; word &= word - 1) {
      const std::int64_t end = std::min(row.n, 64 * k + lowest_bit(word));
      std::fill(to + x, to + end, value);
      x = end;
      on = !on || !row.alternating;
      value = on ? static_cast<T>(row.final[*label++]) : T{0};
    }
  }
  std::fill(to + x, to + row.n, value);
  for (std::int64_t i = 0; row.shown != nullptr && i < row.n; i++) {
    if ((row.shown[i / 64] >> i % 64 & 1) == 0) to[i] = T{0};
  }
  return label - row.labels;
}

}  // namespace

const PaintKernels paint_scalar = {
    {paint<std::uint8_t>, paint<std::uint16_t>, paint<std::uint32_t>, paint<std::uint64_t>},
    {},
    copy,
    copy,
    drain};

}  // namespace me::kernels
