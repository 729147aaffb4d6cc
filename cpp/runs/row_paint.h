// Choice of the paint kernels of the CPU level in force.
#pragma once
#include "base/dispatch.h"
#include "runs/row_paint_kernels.h"

namespace me {

inline const kernels::PaintKernels& paint_kernels() {
  return *select(&kernels::paint_scalar, ME_X86(&kernels::paint_avx2),
                 ME_X86(&kernels::paint_avx512));
}

}  // namespace me
