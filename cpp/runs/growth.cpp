#include "runs/growth_kernels.h"

namespace me::kernels {

const GrowthKernels growth_scalar = {grow_loop, unite_loop, unite_two_loop, join_loop};

}  // namespace me::kernels
