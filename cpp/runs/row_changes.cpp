#include "runs/row_changes.h"

#include <algorithm>

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

void edges(const std::uint64_t* words, std::int64_t n, std::uint64_t* out) {
  for (std::int64_t k = 0; k < n; k++) out[k] = words[k] ^ (words[k] << 1 | words[k - 1] >> 63);
}

}  // namespace

const ChangeKernels changes_scalar = {
    {changes<std::uint8_t>, changes<std::uint16_t>, changes<std::uint32_t>, changes<std::uint64_t>},
    {differ<std::uint8_t>, differ<std::uint16_t>, differ<std::uint32_t>, differ<std::uint64_t>},
    positions,
    edges};

}  // namespace me::kernels
