// The elements that make up the border of a mask, in order along its lines.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/bit_lines.h"
#include "runs/line_dilation.h"

namespace me::cpu {

// corners:  points of the lattice between pixels whose four pixels are not all alike
// pixels:   foreground with background among its four neighbours, outside the image included
// changes:  pixels unlike the next one along the line, across it, or both; at the last line and the
//           last pixel of a line, those of one direction (the edge of the image is no border)
enum class BorderElements { corners, pixels, changes };

// Kinds of corners, which differ in length; other elements are of kind 0. One or three pixels set;
// the two of one line; the two of one position; two that touch at the corner.
inline constexpr int corner_kinds = 4;

// Elements of line first + k: positions at[starts[k] .. starts[k + 1]), ascending.
struct BorderLines {
  std::int64_t first = 0;
  Buffer<std::int64_t> starts;  // one more than lines; empty when there are none
  Buffer<std::int32_t> at;
  Buffer<std::uint8_t> kinds;

  std::int64_t lines() const { return starts.empty() ? 0 : starts.size() - 1; }
};

// Void pixels, if any, are background; corners and pixels that touch one are left out.
BorderLines border_lines(LineSource& mask, LineSource* none, const LineStack& stack,
                         BorderElements elements);

}  // namespace me::cpu
