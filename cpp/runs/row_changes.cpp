#include "runs/row_changes.h"

#include <algorithm>
#include <cstring>

#include "runs/bit_scan.h"

namespace me::kernels {
namespace {

template <class T>
void changes(const void* values, std::int64_t n, std::uint64_t* words) {
  const T* in = static_cast<const T*>(values);
  T before{0};
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::int64_t end = std::min<std::int64_t>(64, n - i);
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < end; k++) {
      word |= std::uint64_t{in[i + k] != before} << k;
      before = in[i + k];
    }
    words[i / 64] = word;
  }
}

template <class T>
void differ(const void* a, const void* b, std::int64_t n, std::uint64_t* words) {
  const T* p = static_cast<const T*>(a);
  const T* q = static_cast<const T*>(b);
  for (std::int64_t i = 0; i < n; i += 64) {
    const std::int64_t end = std::min<std::int64_t>(64, n - i);
    std::uint64_t word = 0;
    for (std::int64_t k = 0; k < end; k++) word |= std::uint64_t{p[i + k] != q[i + k]} << k;
    words[i / 64] = word;
  }
}

std::int64_t positions(const std::uint64_t* words, std::int64_t n, std::uint32_t* out) {
  std::int64_t count = 0;
  for (std::int64_t k = 0; k < n; k++) {
    for (std::uint64_t word = words[k]; word != 0; word &= word - 1) {
      out[count++] = static_cast<std::uint32_t>(64 * k + lowest_bit(word));
    }
  }
  return count;
}

void stream(const void* from, std::int64_t bytes, void* to) {
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

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
  return label - row.labels;
}

}  // namespace

const ChangeKernels changes_scalar = {
    {changes<std::uint8_t>, changes<std::uint16_t>, changes<std::uint32_t>, changes<std::uint64_t>},
    {differ<std::uint8_t>, differ<std::uint16_t>, differ<std::uint32_t>, differ<std::uint64_t>},
    positions,
    stream,
    {paint<std::uint8_t>, paint<std::uint16_t>, paint<std::uint32_t>, paint<std::uint64_t>}};

}  // namespace me::kernels
