// Rows of pixels as the data of a PNG file: filtered, and deflated into a zlib stream.
//
// Label maps are runs. A row is taken as it is, or as its difference to the row above, whichever
// has the longer runs in a sample; a run is a match at the distance of one pixel, all else is
// literal; each block has Huffman codes of its own. Nothing is searched for, so it is fast.
// https://www.w3.org/TR/png-3/ (filters), RFC 1950 (zlib), RFC 1951 (deflate)
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// Appends the stream of `height` rows of `row_bytes` each; a pixel has `step` bytes, 1 to 4.
void deflate_rows(const std::uint8_t* pixels, std::int64_t height, std::int64_t row_bytes, int step,
                  Buffer<std::uint8_t>& stream);

}  // namespace me
