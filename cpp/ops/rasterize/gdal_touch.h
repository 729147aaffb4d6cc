// The pixels that GDAL says a segment touches. Private to rasterize.
#pragma once
#include "ops/rasterize/row_bits.h"

namespace me::cpu {

// Walks from pixel to pixel in the peer's steps; segments on a line of the grid are left out.
void draw_touched(double x0, double y0, double x1, double y1, const Size& size, RowBits& bits);

}  // namespace me::cpu
