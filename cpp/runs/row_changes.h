// Choice of the change kernels of the CPU level in force.
#pragma once
#include "base/dispatch.h"
#include "runs/row_changes_kernels.h"

namespace me {

inline const kernels::ChangeKernels& change_kernels() {
  return *select(&kernels::changes_scalar, ME_X86(&kernels::changes_avx2), nullptr);
}

using Changes = void (*)(const void* values, std::int64_t n, std::uint64_t* words);
using Differ = void (*)(const void* a, const void* b, std::int64_t n, std::uint64_t* words);
using Paint = std::int64_t (*)(const kernels::PaintRow& row, void* out);

inline Changes changes_of(std::int64_t bytes) {
  const kernels::ChangeKernels& kernel = change_kernels();
  return bytes == 1   ? kernel.changes1
         : bytes == 2 ? kernel.changes2
         : bytes == 4 ? kernel.changes4
                      : kernel.changes8;
}

inline Differ differ_of(std::int64_t bytes) {
  const kernels::ChangeKernels& kernel = change_kernels();
  return bytes == 1   ? kernel.differ1
         : bytes == 2 ? kernel.differ2
         : bytes == 4 ? kernel.differ4
                      : kernel.differ8;
}

inline Paint paint_of(std::int64_t bytes) {
  const kernels::ChangeKernels& kernel = change_kernels();
  return bytes == 1   ? kernel.paint1
         : bytes == 2 ? kernel.paint2
         : bytes == 4 ? kernel.paint4
                      : kernel.paint8;
}

}  // namespace me
