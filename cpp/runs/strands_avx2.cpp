#include "runs/strand_kernels.h"

namespace me::kernels {

const StrandKernels strands_avx2 = {alike_loop, add_loop};

}  // namespace me::kernels
