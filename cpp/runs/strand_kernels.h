// Kernels on two neighbouring lines of foreground whose runs touch each other one by one.
// One set per CPU level: each file that holds a set compiles these loops with its own flags.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// What is added up of runs of following lines. Eight runs are a block: eight values of each sum,
// one sum behind the other. Whole arrays of each would lie multiples of a page apart, where
// processors take what was stored to one for what is read from another.
enum StrandSum {
  strand_area,
  strand_along,
  strand_across,
  strand_shared,
  strand_lowest,
  strand_end
};
inline constexpr std::int64_t strand_block = 8;
inline constexpr std::int64_t strand_sums = 6 * strand_block;  // values of a block

// Of lines with runs [bounds[2k], bounds[2k + 1]), in order, all below 2^31.
// alike: whether run k of each touches run k of the other and no other one, for k in [0, n);
//   runs touch at corners, too, when `reach` is 1 and not 0.
// add: adds the runs `here`, which are line `number` and `beyond` lines behind the first that was
//   added, to the sums.
struct StrandKernels {
  bool (*alike)(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
                std::uint32_t reach);
  void (*add)(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
              std::uint32_t number, std::uint32_t beyond, std::uint64_t* sums);
};

extern const StrandKernels strands_scalar;
extern const StrandKernels strands_avx2;
extern const StrandKernels strands_avx512;

namespace {  // a copy in each file, so that no file calls the code of another level

// An end of a run is compared with the next begin, and a begin with the end beside it: bound i of
// each with bound i + 1 of the other.
inline bool alike_loop(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
                       std::uint32_t reach) {
  for (std::int64_t k = 0; k < n; k += 8) {
    const std::int64_t end = k + 8 < n ? 2 * k + 16 : 2 * n - 1;
    bool all = true;
    for (std::int64_t i = 2 * k; i < end; i++) {
      const auto apart = static_cast<std::int32_t>((static_cast<std::uint32_t>(i) + reach + 1) & 1);
      all &= static_cast<std::int32_t>(here[i]) + apart <= static_cast<std::int32_t>(before[i + 1]);
      all &= static_cast<std::int32_t>(before[i]) + apart <= static_cast<std::int32_t>(here[i + 1]);
    }
    if (!all) return false;
  }
  return true;
}

inline void add_loop(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
                     std::uint32_t number, std::uint32_t beyond, std::uint64_t* sums) {
  for (std::int64_t k = 0; k < n; k++) {
    const std::uint32_t from = here[2 * k];
    const std::uint32_t to = here[2 * k + 1];
    const std::uint32_t shared_from = from > before[2 * k] ? from : before[2 * k];
    const std::uint32_t shared_to = to < before[2 * k + 1] ? to : before[2 * k + 1];
    const std::uint64_t length = to - from;
    const std::uint64_t key = std::uint64_t{from} << 32 | number;
    std::uint64_t* const at = sums + k / strand_block * strand_sums + k % strand_block;
    const auto sum = [at](StrandSum which) -> std::uint64_t& { return at[which * strand_block]; };
    sum(strand_area) += length;
    sum(strand_along) += length * (to + from);
    sum(strand_across) += length * (2 * beyond + 1);
    sum(strand_shared) += shared_to - shared_from;
    sum(strand_lowest) = key < sum(strand_lowest) ? key : sum(strand_lowest);
    sum(strand_end) = to > sum(strand_end) ? to : sum(strand_end);
  }
}

}  // namespace
}  // namespace me::kernels
