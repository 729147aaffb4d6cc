// The run-length value of the whole house: a batch of masks as columns.
//
// Invariants of item i, with counts c[0..k) = counts[offsets[i], offsets[i+1]) and size (h, w):
//   - pixels are numbered column by column: pixel (row y, column x) has position x * h + y;
//   - c[0] background pixels come first, then c[1] foreground, c[2] background, and so on;
//   - k >= 1 and c[0] + ... + c[k-1] == h * w; h and w are in [0, 2^31);
//   - any count may be 0 (a run above 2^32-1 is stored as [2^32-1, 0, rest]).
// Canonical runs have no zero count but c[0], except in such a split, and the last run of a mask
// with pixels is not zero. All operations accept any runs and return canonical ones.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/buffer.h"
#include "base/size.h"

namespace me {

// The runs of one mask; owns nothing.
struct RunList {
  const std::uint32_t* counts;
  std::int64_t n;
  Size size;
};

// A batch of masks; owns nothing. offsets[0] may be positive (a slice of a larger batch).
struct RunsView {
  const std::uint32_t* counts = nullptr;
  const std::int64_t* offsets = nullptr;  // n + 1
  const std::int64_t* sizes = nullptr;    // 2 * n: height, width, height, width, ...
  std::int64_t n = 0;

  Size size(std::int64_t i) const { return {sizes[2 * i], sizes[2 * i + 1]}; }
  RunList operator[](std::int64_t i) const {
    return {counts + offsets[i], offsets[i + 1] - offsets[i], size(i)};
  }
  std::int64_t total_counts() const { return n == 0 ? 0 : offsets[n] - offsets[0]; }
  // Counts of a mask, on average: what the cost of an item follows.
  double mean_counts() const { return n == 0 ? 0.0 : double(total_counts()) / double(n); }
};

// A batch that owns its columns.
struct Runs {
  Buffer<std::uint32_t> counts;
  Buffer<std::int64_t> offsets;
  Buffer<std::int64_t> sizes;

  Runs() { offsets.push_back(0); }
  std::int64_t n() const { return offsets.size() - 1; }
  RunsView view() const { return {counts.data(), offsets.data(), sizes.data(), n()}; }
  void reserve_items(std::int64_t items) {
    offsets.reserve(items + 1);
    sizes.reserve(2 * items);
  }
  // Ends the item whose counts were appended since the last end.
  void end_item(Size size) {
    offsets.push_back(counts.size());
    sizes.push_back(size.height);
    sizes.push_back(size.width);
  }
};

// Puts the masks of `part` behind those of `to`.
void append(Runs& to, const Runs& part);

// Empty when the columns describe a batch; else the first reason why not, with the item's index
// (-1 when the columns as such are wrong) in *index.
std::string validate(const std::uint32_t* counts, std::int64_t counts_size,
                     const std::int64_t* offsets, std::int64_t offsets_size,
                     const std::int64_t* sizes, std::int64_t n, std::int64_t* index);

// Empty when the counts fill the size exactly; else the reason.
std::string validate(const RunList& runs);

}  // namespace me
