// Masks laid over a label map, each with its label.
#pragma once
#include <cstdint>
#include <vector>

#include "ops/canvas/edit.h"
#include "runs/runs.h"

namespace me::cpu {

struct Layer {
  RunList mask;
  std::uint64_t label;
};

// Appends the spans of a mask, moved by (dx, dy), that lie in an image: in order.
void append_mask_spans(const RunList& mask, std::int64_t dx, std::int64_t dy, Size size,
                       Buffer<RowSpan>& spans);

// Finds what pasting layers changes, in order; the first one is on top.
void find_layer_changes(LabelMap& labels, const std::vector<Layer>& layers, std::int64_t dx,
                        std::int64_t dy, const Rules& rules, Changes& changes);

}  // namespace me::cpu
