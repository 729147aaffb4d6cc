// Changes as a value: compact, reversible, and written as bytes that are checked when read.
//
// The columns of a patch are one string of variable-length integers (7 bits a byte, low ones first,
// the last byte below 128), for each change, in order:
//   2 * (rows since the change before) + (whether its pair of labels is another one)
//   begin: in a row with a change before, the gap after it; else the distance from where the first
//          change of the last row began, zigzag
//   length minus that of the change before, zigzag
//   the number of the pair, when it is another one
// Pairs (before, after) are numbered in the order in which they appear, so there is one string for
// one patch. As bytes: a header, the pairs, the string and a CRC-32, all little-endian.
#pragma once
#include <cstdint>
#include <memory>

#include "base/size.h"
#include "base/view.h"
#include "ops/canvas/changes.h"

namespace me::cpu {

struct LabelPair {
  std::uint64_t before, after;
};

struct Patch {
  Size size;  // of the label map
  Element element = Element::u8;
  std::int64_t n = 0;  // changes
  Extent extent;
  std::shared_ptr<const Buffer<LabelPair>> pairs;
  std::shared_ptr<const Buffer<std::uint8_t>> columns;
  bool backwards = false;  // `before` and `after` of the pairs change places

  std::int64_t bytes() const;
};

// Changes are in order.
Patch make_patch(const Changes& changes, Size size, Element element);

// The changes of a patch, in order.
void append_changes(const Patch& patch, Changes& changes);

Patch inverted(const Patch& patch);
bool same_patch(const Patch& a, const Patch& b);

void to_bytes(const Patch& patch, Buffer<std::uint8_t>& bytes);
// Throws an Error of kind bad_file for anything but the bytes of a patch.
Patch from_bytes(const std::uint8_t* bytes, std::int64_t n);

}  // namespace me::cpu
