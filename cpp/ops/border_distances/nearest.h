// How far each border element is from the nearest one of another border.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/numbering.h"
#include "ops/border_distances/elements.h"

namespace me::cpu {

// From one line to the next, and from one position to the next.
struct LineSpacing {
  double across, along;
};

// How many elements of each kind lie at each squared distance; infinite where there is no other
// border.
class DistanceTally {
 public:
  DistanceTally();
  void add(int kind, double squared) {
    if (squared < small) {
      const auto whole = static_cast<std::int64_t>(squared);
      if (double(whole) == squared) {
        near_[kind * small + whole]++;
        return;
      }
    }
    add_far(kind, squared);
  }
  void add(const DistanceTally& other);

  struct Row {
    int kind;
    double squared;
    std::int64_t count;
  };
  // Sorted by distance, then by kind.
  Buffer<Row> rows() const;

 private:
  static constexpr std::int64_t small = 256;
  void add_far(int kind, double squared, std::int64_t count = 1);

  Buffer<std::int64_t> near_;  // squared distances that are small whole numbers
  Numbering far_[corner_kinds];
  Buffer<std::int64_t> counts_[corner_kinds];
};

// Adds up the squared distances of all elements of `from` from the nearest of `to`. Equal on any
// number of threads.
void add_distances(const BorderLines& from, const BorderLines& to, const LineSpacing& spacing,
                   const Exec& exec, DistanceTally& tally);

}  // namespace me::cpu
