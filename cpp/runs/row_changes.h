// Choice of the change kernels of the CPU level in force.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/dispatch.h"
#include "runs/row_changes_kernels.h"

namespace me {

inline const kernels::ChangeKernels& change_kernels() {
  return *select(&kernels::changes_scalar, ME_X86(&kernels::changes_avx2),
                 ME_X86(&kernels::changes_avx512));
}

// Where the kernel for values of so many bytes stands in an array of kernels.
inline std::size_t width_index(std::int64_t bytes) {
  return bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
}

}  // namespace me
