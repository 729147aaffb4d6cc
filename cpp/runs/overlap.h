// The overlap of two masks, or of their backgrounds, as runs.
#pragma once
#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Which stretches of a mask count: its foreground, or its background.
enum class Side { foreground, background };

// Appends the canonical counts of the mask whose `result` is what side_a of `a` and side_b of `b`
// share; both have one size. Returns false, and appends nothing, when the size has no pixels or
// 2^32 and more, or a run other than a first one is empty: then runs/merge.h is the way.
bool append_overlap(const RunList& a, Side side_a, const RunList& b, Side side_b, Side result,
                    Buffer<std::uint32_t>& counts);

}  // namespace me
