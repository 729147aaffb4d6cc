// What lies in what: components of a mask or map, and the holes in them.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/hole_tree/partition.h"

namespace me::cpu {

// A hole is all that a component encloses in one piece.
struct Hole {
  std::uint32_t owner;  // region
  std::uint32_t first;  // the region of its first stretch
  std::uint64_t area;
  std::uint32_t along_begin, along_end, line_begin, line_end;
};

struct Nesting {
  static constexpr std::uint32_t none = UINT32_MAX;

  Buffer<Hole> holes;             // by `first`
  Buffer<std::uint32_t> hole_of;  // region -> the hole that it lies in, or none
};

// Of regions in which background and foreground alternate: each lies in the one before its first
// stretch (Rosenfeld's theorem). The areas of the regions become those of all that lies in them.
Nesting nest_alternating(Partition& partition);

// Of regions of any values: a component encloses what it cuts off from the outside, which are the
// branches below a cut vertex of the graph of regions (Hopcroft and Tarjan's search).
Nesting nest_linked(const Partition& partition);

}  // namespace me::cpu
