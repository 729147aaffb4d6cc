// Edits of a label map: first all that would change is found, then it is written. Whatever fails,
// fails before anything is written.
#pragma once
#include <cstdint>

#include "ops/canvas/changes.h"
#include "ops/canvas/label_map.h"
#include "ops/canvas/rules.h"

namespace me::cpu {

// Appends what painting would change in spans, which come in order; inside the image.
void find_changes(LabelMap& labels, const Buffer<RowSpan>& spans, const Paint& paint,
                  const Rules& rules, Changes& changes,
                  LabelMap::Access access = LabelMap::Access::read);

// The same for all that the rules allow, in order. Of labels in tiles, those that stay as they are
// are not kept.
void find_changes_everywhere(LabelMap& labels, const Paint& paint, const Rules& rules,
                             Changes& changes);

// Whether the labels are now those before the changes (after them, when they are to be taken
// back).
bool matches(LabelMap& labels, const Changes& changes, bool backwards);

// Fetches what changes touch, so that writing them cannot fail.
void fetch(LabelMap& labels, const Changes& changes);

// Writes changes that were found, or that match: what they touch has been fetched.
void write(LabelMap& labels, const Changes& changes, bool backwards);

}  // namespace me::cpu
