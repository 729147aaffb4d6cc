// Lines of YOLO's label files.
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// Appends " x y" for each of `n` vertices (x, y in turn) in parts of the image, nine digits each.
// A quotient that a reader, in double or single precision, would truncate to another pixel gives
// way to a quarter of the way into the right one. Fewer than three vertices are filled up by
// copies of the first.
void append_yolo_ring(const double* xy, std::int64_t n, double width, double height,
                      Buffer<char>& out);

}  // namespace me
