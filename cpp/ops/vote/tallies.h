// How the masks that cover a pixel decide about it: by their number, their weights, or a table.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/vote/vote.h"
#include "runs/groups.h"

namespace me::cpu {

// Sums of at most 64 KiB of deltas are held at a time.
struct CountTally {
  using Delta = std::int32_t;
  static constexpr std::int64_t stretch = 8192;
  std::int64_t wanted;

  Delta entering(std::int64_t) const { return 1; }
  Delta leaving(std::int64_t) const { return -1; }
  static void add(Delta& to, Delta delta) { to += delta; }
  bool keeps(Delta sum) const { return sum >= wanted; }
};

struct WeightTally {
  using Delta = WideNumber;
  static constexpr std::int64_t stretch = 4096;
  const WideNumber* weights;  // those of the group
  WideNumber threshold;

  Delta entering(std::int64_t i) const { return weights[i]; }
  Delta leaving(std::int64_t i) const { return {-weights[i].high, -weights[i].low}; }
  static void add(Delta& to, const Delta& delta) {
    to.high += delta.high;
    to.low += delta.low;
  }
  bool keeps(const Delta& sum) const {
    const std::int64_t high = sum.high + (sum.low >> 32);
    return high != threshold.high ? high > threshold.high : (sum.low & UINT32_MAX) >= threshold.low;
  }
};

struct TableTally {
  using Delta = std::uint32_t;
  static constexpr std::int64_t stretch = 8192;
  const std::uint8_t* table;
  std::int64_t masks;

  Delta entering(std::int64_t i) const { return Delta{1} << (masks - 1 - i); }
  Delta leaving(std::int64_t i) const { return entering(i); }
  static void add(Delta& to, Delta delta) { to ^= delta; }
  bool keeps(Delta sum) const { return table[sum] != 0; }
};

// Bit b: whether pixels in just those of n masks whose bits of b are set are foreground.
template <class Tally>
std::uint64_t kept_sets(const Tally& tally, std::int64_t n) {
  std::uint64_t kept = 0;
  for (std::int64_t set = 0; set < std::int64_t{1} << n; set++) {
    typename Tally::Delta sum{};
    for (std::int64_t i = 0; i < n; i++) {
      if ((set >> i & 1) != 0) Tally::add(sum, tally.entering(i));
    }
    kept |= static_cast<std::uint64_t>(tally.keeps(sum)) << set;
  }
  return kept;
}

// One weight for each mask, in the order of the groups.
Buffer<WideNumber> by_group(const Groups& groups, const WideNumber* weights);

// Throws when a group has not k masks.
void check_axes(const Groups& groups, std::int64_t k);

}  // namespace me::cpu
