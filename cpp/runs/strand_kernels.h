// Kernels on two neighbouring lines of foreground whose runs touch each other one by one.
// One set per CPU level: each file that holds a set compiles these loops with its own flags.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// What is added up of n runs of following lines, each an array of `room` values behind the other.
enum StrandSum {
  strand_area,
  strand_along,
  strand_across,
  strand_shared,
  strand_lowest,
  strand_end
};
inline constexpr int strand_sums = 6;

// Of lines with runs [bounds[2k], bounds[2k + 1]), in order, all below 2^31.
// alike: whether run k of each touches run k of the other and no other one, for k in [0, n);
//   runs touch at corners, too, when `reach` is 1 and not 0.
// add: adds the runs `here`, which are line `number` and `beyond` lines behind the first that was
//   added, to the sums.
struct StrandKernels {
  bool (*alike)(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
                std::uint32_t reach);
  void (*add)(const std::uint32_t* before, const std::uint32_t* here, std::int64_t n,
              std::uint32_t number, std::uint32_t beyond, std::uint64_t* sums, std::int64_t room);
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
                     std::uint32_t number, std::uint32_t beyond, std::uint64_t* sums,
                     std::int64_t room) {
  std::uint64_t* const area = sums + strand_area * room;
  std::uint64_t* const along = sums + strand_along * room;
  std::uint64_t* const across = sums + strand_across * room;
  std::uint64_t* const shared = sums + strand_shared * room;
  std::uint64_t* const lowest = sums + strand_lowest * room;
  std::uint64_t* const end = sums + strand_end * room;
  for (std::int64_t k = 0; k < n; k++) {
    const std::uint32_t from = here[2 * k];
    const std::uint32_t to = here[2 * k + 1];
    const std::uint32_t shared_from = from > before[2 * k] ? from : before[2 * k];
    const std::uint32_t shared_to = to < before[2 * k + 1] ? to : before[2 * k + 1];
    const std::uint64_t length = to - from;
    const std::uint64_t key = std::uint64_t{from} << 32 | number;
    area[k] += length;
    along[k] += length * (to + from);
    across[k] += length * (2 * beyond + 1);
    shared[k] += shared_to - shared_from;
    lowest[k] = key < lowest[k] ? key : lowest[k];
    end[k] = to > end[k] ? to : end[k];
  }
}

}  // namespace
}  // namespace me::kernels
