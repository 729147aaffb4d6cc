// Builds batches for tests by hand.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

#include "runs/runs.h"

namespace drawn {

inline void add(me::Runs& runs, std::initializer_list<std::uint32_t> counts, me::Size size) {
  for (const std::uint32_t count : counts) runs.counts.push_back(count);
  runs.end_item(size);
}

inline std::vector<std::uint32_t> values(const me::Buffer<std::uint32_t>& buffer) {
  return {buffer.begin(), buffer.end()};
}

// `n` masks with random counts, zero runs among them.
inline me::Runs noise(std::int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  me::Runs runs;
  for (std::int64_t i = 0; i < n; i++) {
    std::int64_t area = 0;
    for (unsigned k = random() % 9 + 1; k > 0; k--) {
      const auto count = static_cast<std::uint32_t>(random() % 3 == 0 ? 0 : random() % 1000);
      runs.counts.push_back(count);
      area += count;
    }
    runs.end_item({area, 1});
  }
  return runs;
}

}  // namespace drawn
