// Overlap of axis-aligned boxes (left, top, width, height), by the COCO API's formula (bbIou).
#pragma once
#include <cstdint>

namespace me {

// Writes n_a * n_b values, those of one box of `b` after those of another: the area of the
// intersection over that of the union, or over that of the box of `a` where crowd[j] is not 0
// (`crowd` may be null). 0 where the boxes share no area. NaN coordinates are ignored in
// comparisons and carried on by products, as fmin and fmax do.
void box_iou(const double* a, std::int64_t n_a, const double* b, std::int64_t n_b,
             const std::uint8_t* crowd, double* out);

}  // namespace me
