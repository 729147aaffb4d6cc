// A label map -> the runs of each label: one pass over the pixels, whatever the number of labels.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Row by row without gaps; 0 is background. Owns nothing.
struct LabelMap {
  const std::uint32_t* values;
  std::int64_t height;
  std::int64_t width;

  Size size() const { return {height, width}; }
  const std::uint32_t* row(std::int64_t y) const { return values + y * width; }
};

// Mask i, canonical and of the size of the map, is where the map is ids[i]; ids ascend.
struct LabelRuns {
  Runs masks;
  Buffer<std::uint32_t> ids;
};

LabelRuns split_labels(const LabelMap& map);

}  // namespace me
