// Every threshold in one place, with the measurement that set it.
#pragma once
#include <cstdint>

namespace me::tuning {

// Work below this is not worth another thread: starting and joining one costs 15-40 us.
inline constexpr double thread_grain_ns = 200e3;

// Scratch kept per thread between calls; larger scratch is returned to the system at once.
inline constexpr std::int64_t scratch_keep_bytes = std::int64_t{64} << 20;

// Words of bits of a vertical strip that encode takes at once: bounds its scratch to 64 MB. Strips
// of part of a 4096-wide image cost 1.3 to 2 times as much as whole rows (page-sized strides).
inline constexpr std::int64_t encode_strip_words = std::int64_t{1} << 23;

// Mean pixels per run below which decode goes through bits instead of filling run by run.
inline constexpr std::int64_t decode_dense_run = 24;

// Columns and crossings that a polygon sweep holds at a time: small enough for the second-level
// cache, large enough that walking the edges once per band costs little.
inline constexpr std::int64_t sweep_block_columns = std::int64_t{1} << 14;
inline constexpr std::int64_t sweep_band_keys = std::int64_t{1} << 16;

// Runs that one mask may grow to (1 GiB of counts): a few bytes of input can ask for 2^62 pixels of
// stripes. A mask that already has more may still be transformed.
inline constexpr std::int64_t max_mask_runs = std::int64_t{1} << 28;

}  // namespace me::tuning
