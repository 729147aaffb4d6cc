// Turns a mask round: pixel order reversed (a half turn), or rows reversed within each column.
#pragma once
#include "runs/runs.h"

namespace me {

// Appends the canonical runs of the mask with its pixels in reverse order, which is the mask turned
// by 180 degrees.
void append_reversed(const RunList& runs, Buffer<std::uint32_t>& counts);

// Appends the canonical runs of the mask upside down.
void append_upside_down(const RunList& runs, Buffer<std::uint32_t>& counts);

}  // namespace me
