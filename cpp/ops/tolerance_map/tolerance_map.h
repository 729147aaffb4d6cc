// tolerance_map: the least tolerance with which a flood reaches each pixel of a window. Runs on the
// CPU.
#pragma once
#include <cstdint>

#include "runs/bit_tiles.h"
#include "runs/image_view.h"

namespace me::cpu {

struct ToleranceRequest {
  ImageView image;
  std::int64_t seed_x = 0, seed_y = 0;  // in the window
  PixelBox window;                      // in the image; a flood is confined to it
  bool floating = false;
  bool diagonal = false;
};

// Writes one value per pixel of the window, row by row: the greatest difference that cannot be
// avoided on the way from the seed. Of integers, as unsigned ones; where there is more than one
// channel, the greatest of theirs.
void tolerance_map(const ToleranceRequest& request, std::uint64_t* out);
// Of floats, in float64; infinite where no way leads.
void tolerance_map(const ToleranceRequest& request, double* out);

}  // namespace me::cpu
