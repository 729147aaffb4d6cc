// Disjoint sets that elements of a GPU kernel join concurrently; the least member is the root.
#pragma once
#include <cstdint>

#include "base/atomics.h"

namespace me::cuda {

ME_HD inline std::uint32_t root_of(const std::uint32_t* parents, std::uint32_t r) {
  for (std::uint32_t up = atomic_load(parents + r); up != r; up = atomic_load(parents + r)) r = up;
  return r;
}

// The same, and every other member on the way is moved up to the one after the next. A member that
// is no root stays none, and what is above it is of its set, so a lost race loses no join.
ME_HD inline std::uint32_t shorten_to_root(std::uint32_t* parents, std::uint32_t r) {
  for (std::uint32_t up = atomic_load(parents + r); up != r; up = atomic_load(parents + r)) {
    const std::uint32_t next = atomic_load(parents + up);
    if (next == up) return up;
    atomic_store(parents + r, next);
    r = next;
  }
  return r;
}

ME_HD inline void join(std::uint32_t* parents, std::uint32_t a, std::uint32_t b) {
  while (true) {
    a = shorten_to_root(parents, a);
    b = shorten_to_root(parents, b);
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
