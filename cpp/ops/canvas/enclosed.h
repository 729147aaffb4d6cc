// What covered pixels enclose.
#pragma once
#include "base/buffer.h"
#include "runs/bit_tiles.h"

namespace me::cpu {

// Appends the pixels, as spans in order, from which no steps to the four neighbours over pixels not
// covered lead arbitrarily far away; the covered spans are maximal and in order.
void append_enclosed(const Buffer<RowSpan>& covered, Buffer<RowSpan>& enclosed);

}  // namespace me::cpu
