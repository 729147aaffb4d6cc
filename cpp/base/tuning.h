// Every threshold in one place, with the measurement that set it.
#pragma once
#include <cstdint>

namespace me::tuning {

// Work below this is not worth another thread: starting and joining one costs 15-40 us.
inline constexpr double thread_grain_ns = 200e3;

// Scratch kept per thread between calls; larger scratch is returned to the system at once.
inline constexpr std::int64_t scratch_keep_bytes = std::int64_t{64} << 20;

}  // namespace me::tuning
