// What one of two masks has and the other has not, as runs.
#pragma once
#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Appends the canonical counts of it; both masks have one size. Returns false, and appends nothing,
// when the size has no pixels or 2^32 and more, or a run other than a first one is empty: then
// runs/merge.h is the way.
bool append_exclusion(const RunList& a, const RunList& b, Buffer<std::uint32_t>& counts);

}  // namespace me
