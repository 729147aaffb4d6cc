// The other form of a batch: a bit for each pixel, where runs are so short that bits take less
// room.
//
// A mask of size (h, w) is the string of its h * w pixels column by column, as its runs count them:
// bit p % 64 of word p / 64 is pixel (row p % h, column p / h). Each mask begins with a whole word;
// the unused bits of its last word are zero, and one word more can be read.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "runs/bits.h"
#include "runs/runs.h"

namespace me {

// A batch of masks as bits; owns nothing.
struct PackedView {
  const std::uint64_t* words = nullptr;
  const std::int64_t* offsets = nullptr;  // n + 1, in words
  const std::int64_t* sizes = nullptr;    // as in RunsView
  std::int64_t n = 0;

  Size size(std::int64_t i) const { return {sizes[2 * i], sizes[2 * i + 1]}; }
  const std::uint64_t* mask(std::int64_t i) const { return words + offsets[i]; }
  std::int64_t area(std::int64_t i) const {
    return bit_kernels().count(mask(i), offsets[i + 1] - offsets[i]);
  }
  std::int64_t total_words() const { return n == 0 ? 0 : offsets[n] - offsets[0]; }
  double mean_words() const { return n == 0 ? 0.0 : double(total_words()) / double(n); }
};

// A batch that owns its bits.
struct PackedMasks {
  Buffer<std::uint64_t> words;
  Buffer<std::int64_t> offsets;
  Buffer<std::int64_t> sizes;

  // Masks of these sizes (height, width, height, ...), whose bits are not set yet.
  PackedMasks(const std::int64_t* sizes_of, std::int64_t n);

  std::int64_t n() const { return offsets.size() - 1; }
  PackedView view() const { return {words.data(), offsets.data(), sizes.data(), n()}; }
  std::uint64_t* mask(std::int64_t i) { return words.data() + offsets[i]; }
};

// Whether the masks are large and their runs so short that bits take less room.
bool packs_well(const RunsView& masks);

// Whether masks of these sizes take at most four times the room of `like`: else runs may take less.
bool stays_packed(const std::int64_t* sizes, std::int64_t n, const PackedView& like);

// Whether the runs of masks that are bits are so short as packs_well() asks for.
bool runs_stay_short(const PackedView& masks);

PackedMasks pack(const RunsView& masks, const Exec& exec);

// The canonical runs of the masks.
Runs unpack(const PackedView& masks, const Exec& exec);

}  // namespace me
