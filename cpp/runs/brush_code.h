// Label Studio's code of a brush mask: the run-length code of thi.ng/rle-pack over RGBA pixels.
//
// Bits, the highest of a byte first: 32 for the number of elements (four to a pixel, row by row),
// 5 for the size of an element less 1, four times 4 for the size of a length less 1; then packets.
// A packet has a bit that says whether its element repeats, 2 bits that say which of the four
// sizes its length has, the length less 1, and one element, or as many as the length says.
// A pixel is foreground where its alpha, the last of its four elements, is not 0.
// https://github.com/thi-ng/umbrella/tree/develop/packages/rle-pack
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// Appends the run lengths of the mask, row by row, background first. Throws bad_file where the code
// is cut or not of `pixels` pixels.
void decode_brush(const std::uint8_t* code, std::int64_t length, std::int64_t pixels,
                  Buffer<std::uint32_t>& counts);

// Appends the code of run lengths, row by row, background first: every element of a foreground
// pixel is 255. Throws limit above 2^30 - 1 pixels.
void encode_brush(const std::uint32_t* counts, std::int64_t n, Buffer<std::uint8_t>& code);

}  // namespace me
