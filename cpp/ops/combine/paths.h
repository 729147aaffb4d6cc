// The two ways to combine k masks of one size: as bits by position, or run by run.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/combine/combine.h"
#include "runs/runs.h"

namespace me::cpu {

// Both append the canonical counts of masks[0] op masks[1] op ... op masks[k - 1], k >= 1; all have
// the same size.
void combine_as_bits(SetOp op, const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts);
void combine_as_runs(SetOp op, const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts);

// out[i] = a[i] op b[i] for n words; `out` may be one of them.
void join_words(SetOp op, const std::uint64_t* a, const std::uint64_t* b, std::int64_t n,
                std::uint64_t* out);

// Takes the one that should be faster; returns the size.
Size combine_masks(SetOp op, const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts);

// About how long it takes, in nanoseconds.
double combine_cost(std::int64_t runs, std::int64_t area);

}  // namespace me::cpu
