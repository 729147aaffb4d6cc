// The runs of a mask with rows and columns exchanged, without decoding it.
#pragma once
#include "runs/runs.h"

namespace me {

// Which directions of the source are read backwards on the way.
struct Backwards {
  bool x = false;  // columns from right to left: a quarter turn counter-clockwise
  bool y = false;  // rows from bottom to top: a quarter turn clockwise
};

// Appends the canonical runs of the transposed mask.
void append_transposed(const RunList& runs, const Backwards& backwards,
                       Buffer<std::uint32_t>& counts);

}  // namespace me
