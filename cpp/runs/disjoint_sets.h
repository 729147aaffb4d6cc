// Disjoint sets that elements of a GPU kernel join concurrently; the least member is the root.
#pragma once
#include <cstdint>

#include "base/atomics.h"

namespace me::cuda {

ME_HD inline std::uint32_t root_of(const std::uint32_t* parents, std::uint32_t r) {
  for (std::uint32_t up = atomic_load(parents + r); up != r; up = atomic_load(parents + r)) r = up;
  return r;
}

ME_HD inline void join(std::uint32_t* parents, std::uint32_t a, std::uint32_t b) {
  while (true) {
    a = root_of(parents, a);
    b = root_of(parents, b);
    if (a == b) return;
    if (a < b) {
      const std::uint32_t swapped = a;
      a = b;
      b = swapped;
    }
    const std::uint32_t old = atomic_min(parents + a, b);
    if (old == a) return;
    a = old;  // another element has joined it in between: its set still lacks b
  }
}

}  // namespace me::cuda
