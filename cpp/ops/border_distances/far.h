// Exact distances from a border that is far away, in time that its distance does not matter for.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/border_distances/elements.h"

namespace me::cpu {

// Within each position, the nearest element is that of a line at or before the one asked for, or
// after it. Among positions, that of the nearest element does not decrease with the position asked
// for, so the middle one of those asked for parts the rest: time per line of n elements follows the
// positions that have elements, times log n.
class FarSearch {
 public:
  FarSearch(const BorderLines& to, double across, double along)
      : to_(to), across_(across), along_(along) {}

  // Squared distances of n elements of a line, at ascending positions. Lines are asked for in
  // ascending order.
  void line(std::int64_t line, const std::int32_t* positions, std::int64_t n, double* squared);

 private:
  void prepare();
  void solve(const std::int32_t* positions, std::int64_t begin, std::int64_t end, std::int64_t low,
             std::int64_t high, double* squared) const;

  const BorderLines& to_;
  double across_, along_;
  bool ready_ = false;
  Buffer<std::int32_t> columns_;  // positions that have elements
  Buffer<std::int64_t> starts_;   // of their elements, and one more
  Buffer<std::int32_t> lines_;    // of each element
  Buffer<std::int64_t> cursors_;  // the last element at or before the line, or the first one
  Buffer<double> heights_;        // squared distance across lines
};

}  // namespace me::cpu
