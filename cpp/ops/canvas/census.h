// How many pixels each label has, all over a label map.
#pragma once
#include <cstdint>
#include <vector>

#include "ops/canvas/label_map.h"

namespace me::cpu {

struct LabelCount {
  std::uint64_t label;
  std::int64_t pixels;
};

// The labels that there are, in no order. Tiles are read once, and not kept.
std::vector<LabelCount> count_labels(LabelMap& labels);

}  // namespace me::cpu
