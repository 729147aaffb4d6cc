// Where a row of values changes, added to what is known of other rows.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Sets bit i % 64 of word i / 64 where value i differs from value i - 1, for i in [1, n); the other
// bits stay, but bit 0 of word 0 may be set. For values of 1, 2, 4 and 8 bytes.
using AddChanges = void (*)(const void* values, std::int64_t n, std::uint64_t* words);

extern const AddChanges add_changes_avx512[4];

// Lists where a pair of values of two rows differs from the pair before it, in order: 0 first, of n
// pairs, n >= 1; 64 bytes `before` them may be read, or none. Writes up to `pair_starts_padding`
// places beyond the last (`out` has room) and returns how many there are. For values of 2 and 4
// bytes.
using PairStarts = std::int64_t (*)(const void* a, const void* b, std::int64_t n, bool before,
                                    std::uint32_t* out);

extern const PairStarts pair_starts_avx512[4];

inline constexpr std::int64_t pair_starts_padding = 2;

}  // namespace me::kernels
