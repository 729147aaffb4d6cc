// assign: a value for each combination of labels in several maps. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

// Row i, of n: pixels with label labels[i * k + m] in map m of k get value i of `values`, which
// are as wide as the elements of the result.
struct JointTable {
  const std::int64_t* labels;
  const char* values;
  std::int64_t n;
};

// Writes the values of k maps of one shape, 1 <= k <= max_joint_maps, each of any integer type, to
// `out`: of that shape, of which the pixels of each row lie side by side. Throws when the maps have
// a combination that is not in the table; `out` may then be written in part.
void assign(const MaskView* maps, std::int64_t k, const JointTable& table,
            const MutableMaskView& out, const Exec& exec);

}  // namespace me::cpu
