// The transposed runs of a mask by way of bits: for masks whose runs are short.
#pragma once
#include "runs/transposed.h"

namespace me {

// Does what append_transposed does; needs a bit per pixel. The mask has pixels.
void append_transposed_bits(const RunList& runs, const Backwards& backwards,
                            Buffer<std::uint32_t>& counts);

}  // namespace me
