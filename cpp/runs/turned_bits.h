// Masks of bits with rows and columns exchanged, and turned by a half turn.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "runs/packed_masks.h"
#include "runs/transposed.h"

namespace me {

// Each mask transposed; as append_transposed does to runs.
PackedMasks transposed(const PackedView& masks, const Backwards& backwards, const Exec& exec);

// Writes the `n` bits of a mask from the last to the first.
void write_half_turn(const std::uint64_t* mask, std::int64_t n, std::uint64_t* out);

}  // namespace me
