// COCO's compressed counts: the text form of the counts of one mask.
//
// Count i is written as c[i] for i < 3 and c[i] - c[i-2] from i = 3 on, in groups of 5 bits, low
// group first; bit 0x20 of a group says that another follows, bit 0x10 of the last one is the
// sign; a group g is the character 48 + g.
#pragma once
#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Appends the text of `runs`.
void append_coco_text(const RunList& runs, Buffer<char>& text);

// Appends the counts in text[0, length) and returns an empty string, or returns why it is not such
// a text (nothing is appended then). A count outside [0, 2^32) is a reason.
std::string parse_coco_text(const char* text, std::int64_t length, Buffer<std::uint32_t>& counts);

}  // namespace me
