// Word-parallel kernels between rows of values and the places where the value changes. Bit i % 64
// of word i / 64 stands for value i; the unused high bits of the last word are zero.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// How paint reads the changes of one row of n pixels.
struct PaintRow {
  const std::uint64_t* changes;
  std::int64_t n;
  const std::uint32_t* labels;  // one for each stretch that starts at a change
  const std::uint32_t* final;   // label -> value to write; final[0] is 0
  bool alternating;             // every second stretch is background and has no label
};

// Arrays hold a kernel for values of 1, 2, 4 and 8 bytes.
// changes: bit i says whether value i differs from value i - 1; value -1 is 0.
// differ: bit i says whether value i of two rows differs.
// positions: the places of the set bits of n words, in order; writes up to 8 places beyond the last
//   (`out` has room) and returns how many there are.
// stream: copies bytes past the caches, so that memory is not read before it is written.
// paint: writes a row of values; returns how many labels it used, and reads one more.
struct ChangeKernels {
  void (*changes[4])(const void* values, std::int64_t n, std::uint64_t* words);
  void (*differ[4])(const void* a, const void* b, std::int64_t n, std::uint64_t* words);
  std::int64_t (*positions)(const std::uint64_t* words, std::int64_t n, std::uint32_t* out);
  void (*stream)(const void* from, std::int64_t bytes, void* to);
  std::int64_t (*paint[4])(const PaintRow& row, void* out);
};

extern const ChangeKernels changes_scalar;
extern const ChangeKernels changes_avx2;

// Values beyond the last place that `positions` may write.
inline constexpr std::int64_t positions_padding = 8;

}  // namespace me::kernels
