// The kernels of line_kernels.h at the level in force.
#pragma once
#include "base/dispatch.h"
#include "geometry/line_kernels.h"

namespace me {

inline const kernels::LineKernels& line_kernels() {
  return *select(&kernels::line_scalar, ME_X86(&kernels::line_avx2), ME_X86(&kernels::line_avx512));
}

}  // namespace me
