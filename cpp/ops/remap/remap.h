// remap: writes other labels in place of those of a map. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

// Bit patterns, in the type of the map and of the result: label keys[i] becomes values[i]. Keys
// differ.
struct LabelTable {
  const std::uint64_t* keys;
  const std::uint64_t* values;
  std::int64_t n;
};

// Pixels with a label that is not in the table become `other`. `out` has the shape of the map, and
// is apart from it in memory or the same.
void remap(const MaskView& map, const LabelTable& table, std::uint64_t other,
           const MutableMaskView& out, const Exec& exec);

}  // namespace me::cpu
