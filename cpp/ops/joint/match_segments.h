// match_segments: which segments of two panoptic maps match, from the pixels that they share. Runs
// on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me::cpu {

// What joint counts in two maps.
struct SharedPixels {
  const std::int64_t* labels;  // (rows, 2): of the reference and of the prediction; each pair once
  const std::int64_t* pixels;  // of each pair
  const std::int64_t* bands;   // (rows, 3): those in the band of the first, of the second, of both;
                               // or nullptr
  std::int64_t rows;
};

struct SegmentList {
  const std::int64_t* ids;  // different ones
  const std::int64_t* category;
  const bool* crowd;  // nullptr: none is one
  std::int64_t n;
};

// If one of the first three is not -1, nothing else was written.
struct SegmentMatches {
  std::int64_t strange_reference = -1;   // the first row whose label is neither listed nor void
  std::int64_t strange_prediction = -1;  // the same
  std::int64_t without_pixels = -1;      // the first segment of the prediction that no row has
  Buffer<std::int64_t> tp, fp, fn;       // of each category
  Buffer<std::int64_t> iou_units;        // of each category two parts: see iou_low_bits
};

// An IoU above 0.5 is a whole multiple of 2^-53, so sums of integers are exact: the units of many
// pairs, shifted right by so many bits, are summed apart from the bits below.
inline constexpr int iou_low_bits = 27;

// Categories are numbers in [0, categories). Kirillov et al., Panoptic segmentation, 2019: segments
// of one category match where their IoU, without the pixels of the predicted one on void, exceeds
// 0.5; the IoU is the lesser of that of pixels and that of bands. A crowd matches nothing and is
// missed by nobody; a predicted segment of which more than half lies on void and on crowds of its
// category is not wrong.
SegmentMatches match_segments(const SharedPixels& shared, const SegmentList& reference,
                              const SegmentList& prediction, std::int64_t void_label,
                              std::int64_t categories);

}  // namespace me::cpu
