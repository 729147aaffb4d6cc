// Choice of the turn kernels of the CPU level in force.
#pragma once
#include "base/dispatch.h"
#include "runs/turn_kernels.h"

namespace me {

inline const kernels::TurnKernels& turn_kernels() {
  return *select(&kernels::turn_scalar, ME_X86(&kernels::turn_avx2), ME_X86(&kernels::turn_avx512));
}

}  // namespace me
