// Rows of a PNG file, inflated -> pixels: each row was stored as its difference to a prediction.
// https://www.w3.org/TR/png-3/#9Filters
#pragma once
#include <cstdint>

namespace me {

// rows: `height` rows of 1 + `row_bytes`, the first byte the filter; pixels: height * row_bytes. A
// pixel has `step` bytes, 1 to 8. Gives the number of the first row with no such filter, or -1.
std::int64_t unfilter_rows(const std::uint8_t* rows, std::int64_t height, std::int64_t row_bytes,
                           int step, std::uint8_t* pixels);

}  // namespace me
