// Dilation, erosion, opening and closing of masks as runs or arrays: what these four share.
#pragma once
#include <optional>

#include "base/exec.h"
#include "base/view.h"
#include "runs/bit_lines.h"
#include "runs/footprint.h"
#include "runs/line_dilation.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me {

// Steps over a mask, in order: one or two of them make an operation.
enum class Step { dilate, erode };

struct Morphology {
  Step steps[2];
  int n;
  Reach reach;
  bool border_set;  // whether erosion takes pixels outside the image as foreground
};

// An error when there are more pixels than bits are laid out for at a time.
void require_bits(const LineStack& stack, const char* parameter);

// Appends the canonical counts of the result.
void append_morphology(const Morphology& morphology, const RunList& runs, const Exec& exec,
                       Buffer<std::uint32_t>& counts);

Runs apply_morphology(const Morphology& morphology, const RunsView& masks, const Exec& exec);

// Whether the columns of a mask are so many and so short that rows are the better lines.
bool any_is_flat(const PackedView& masks);

// The same of bits; nothing where a mask is flat.
std::optional<PackedMasks> apply_morphology(const Morphology& morphology, const PackedView& masks,
                                            const Exec& exec);

// Writes 1 or 0 to every pixel of `out`, which has the shape of `masks` and shares no memory with
// it.
void apply_morphology(const Morphology& morphology, const MaskView& masks,
                      const MutableMaskView& out, const Exec& exec);

// Nanoseconds that a mask of so many pixels may take, about.
double morphology_cost(const Reach& reach, double pixels);

}  // namespace me
