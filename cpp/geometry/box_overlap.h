// Overlap of axis-aligned boxes, by the COCO API's formula (bbIou).
#pragma once
#include <cstdint>

namespace me {

// The four numbers of a box: left, top, width, height; or left, top, right, bottom.
enum class BoxFormat { xywh, xyxy };

struct Corners {
  double left, top, right, bottom, area;
};

inline Corners corners_of(const double* box, BoxFormat format) {
  if (format == BoxFormat::xyxy) {
    return {box[0], box[1], box[2], box[3], (box[2] - box[0]) * (box[3] - box[1])};
  }
  return {box[0], box[1], box[2] + box[0], box[3] + box[1], box[2] * box[3]};
}

// Area that two boxes share; their numbers are finite.
inline double shared_area(const Corners& a, const Corners& b) {
  const double width =
      (a.right < b.right ? a.right : b.right) - (a.left > b.left ? a.left : b.left);
  if (!(width > 0)) return 0.0;
  const double height =
      (a.bottom < b.bottom ? a.bottom : b.bottom) - (a.top > b.top ? a.top : b.top);
  return height > 0 ? width * height : 0.0;
}

// Writes n_a * n_b values, those of one box of `b` after those of another: the area of the
// intersection over that of the union, or over that of the box of `a` where crowd[j] is not 0
// (`crowd` may be null). 0 where the boxes share no area. NaN coordinates are ignored in
// comparisons and carried on by products, as fmin and fmax do.
void box_iou(const double* a, std::int64_t n_a, const double* b, std::int64_t n_b,
             const std::uint8_t* crowd, double* out, BoxFormat format = BoxFormat::xywh);

}  // namespace me
