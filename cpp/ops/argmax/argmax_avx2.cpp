#include "ops/argmax/argmax_loops_kernels.h"

namespace me::kernels {
namespace {
struct Cpu {};
}  // namespace

const ArgmaxKernels argmax_avx2 = argmax_loops<Cpu>();

}  // namespace me::kernels
