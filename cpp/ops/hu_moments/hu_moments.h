// hu_moments: the seven invariants of Hu from normalised central moments. Runs on the CPU.
#pragma once
#include <cstdint>

namespace me::cpu {

inline constexpr std::int64_t hu_count = 7;

// `normalised` has nu20, nu11, nu02, nu30, nu21, nu12, nu03 of n masks, `stride` doubles apart;
// `out` has room for 7 * n.
void hu_moments(const double* normalised, std::int64_t stride, std::int64_t n, double* out);

}  // namespace me::cpu
