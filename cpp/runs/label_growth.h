// The labels of a map grown into the background, for all labels in one pass.
#pragma once
#include <cstdint>

#include "base/view.h"
#include "runs/footprint.h"
#include "runs/label_bands.h"

namespace me {

// Writes rows [begin, end) of the grown map: a pixel of the background takes the label of the
// nearest labelled pixel that it reaches, and of several as near that which `element` orders first.
// `out` is an array of the size of the map with rows like it.
void grow_labels(const LabelRows& labels, Element element, const Reach& reach, std::int64_t begin,
                 std::int64_t end, const MutableMaskView& out);

// Rows that are best grown at once: those around them are read for each such stretch.
std::int64_t growth_rows(const LabelRows& labels, const Reach& reach);

// Nanoseconds that a row takes, about.
double label_growth_cost(const LabelRows& labels, const Reach& reach);

}  // namespace me
