// The changes between two label maps, and changes as an image of numbers.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/view.h"
#include "ops/canvas/changes.h"
#include "ops/canvas/patch.h"

namespace me::cpu {

// What makes the first map of `before` into that of `after`, in order. Maps of one size and type.
Changes changes_between(const MaskView& before, const MaskView& after);

// Writes to each pixel of a box that holds all changes, row by row, the number from 1 on of the
// pair of labels of its change, and 0 where nothing changes.
void paint_pairs(const Patch& patch, const PixelBox& box, std::uint32_t* out);

}  // namespace me::cpu
