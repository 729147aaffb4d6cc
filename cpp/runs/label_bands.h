// The pixels of a label map that reach another label, for all labels in one pass.
#pragma once
#include <cstdint>

#include "base/view.h"
#include "runs/bit_lines.h"
#include "runs/footprint.h"

namespace me {

// Rows of integers in one piece each; 0 is background. Owns nothing.
struct LabelRows {
  const char* data;
  std::int64_t bytes;  // of a label
  std::int64_t height, width;
  std::int64_t row_stride;

  const char* row(std::int64_t y) const { return data + y * row_stride; }
};

// What lies on which side: pixels with a label, pixels of the background, or all.
enum class BandSide { inner, outer, both };

struct BandRule {
  Reach reach;
  BandSide side;
  bool from_edge;  // whether a labelled pixel that reaches out of the map reaches another label
};

// Writes rows [begin, end) of the band. The map has pixels.
//
// A pixel reaches another label exactly when it reaches both pixels of some pair of neighbours that
// differ: the shapes hold a straight-stepping path to each of their offsets. So cracks between
// pixels are dilated instead of masks, each label's at once.
void label_band(const LabelRows& labels, const BandRule& rule, std::int64_t begin, std::int64_t end,
                LineSink& sink);

// Nanoseconds that a row takes, about.
double label_band_cost(const LabelRows& labels, const Reach& reach);

}  // namespace me
