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

// What a tolerance of such an image is: unsigned and as wide as its integers, or a float64.
Element tolerance_element(Element image);

// Writes one value per pixel of the window, row by row: the greatest difference that cannot be
// avoided on the way from the seed; where there is more than one channel, the greatest of theirs.
// Of floats infinite where no way leads.
void tolerance_map(const ToleranceRequest& request, void* out);

}  // namespace me::cpu
