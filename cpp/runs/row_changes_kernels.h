// Word-parallel kernels between rows of values and the places where the value changes. Bit i % 64
// of word i / 64 stands for value i; the unused high bits of the last word are zero.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Arrays hold a kernel for values of 1, 2, 4 and 8 bytes.
// changes: bit i says whether value i differs from value i - 1; value -1 is 0.
// differ: bit i says whether value i of two rows differs.
// positions: the places of the set bits of n words, in order; writes up to 8 places beyond the last
//   (`out` has room) and returns how many there are.
// edges: bit i says whether bit i of n words differs from the one before it; words[-1] is read.
struct ChangeKernels {
  void (*changes[4])(const void* values, std::int64_t n, std::uint64_t* words);
  void (*differ[4])(const void* a, const void* b, std::int64_t n, std::uint64_t* words);
  std::int64_t (*positions)(const std::uint64_t* words, std::int64_t n, std::uint32_t* out);
  void (*edges)(const std::uint64_t* words, std::int64_t n, std::uint64_t* out);
};

extern const ChangeKernels changes_scalar;
extern const ChangeKernels changes_avx2;
extern const ChangeKernels changes_avx512;

// Values beyond the last place that `positions` may write.
inline constexpr std::int64_t positions_padding = 8;

}  // namespace me::kernels
