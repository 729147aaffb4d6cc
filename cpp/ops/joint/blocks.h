// Reads several maps side by side, in blocks, with the places where any of them changes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "base/buffer.h"
#include "base/view.h"
#include "ops/joint/tallies.h"
#include "runs/bits.h"
#include "runs/row_changes.h"
#include "runs/row_lines.h"

namespace me::cpu {

using Maps = std::vector<MaskView>;

// Nanoseconds that a block of k maps takes, about.
inline double block_cost(std::int64_t k) { return 0.2 * double(joint_block) * double(k); }

// The order of pixels does not matter: maps that all lie column by column are read so, and rows
// and items that follow each other in memory are read as one row.
void straighten(Maps& maps);

// Adds where n values change to `changes`; `spare` has room for as many words.
void add_changes(const char* values, std::int64_t n, std::int64_t bytes, std::uint64_t* changes,
                 std::uint64_t* spare);

// Blocks of rows, in order: row by row, each in stretches of joint_block pixels.
class Blocks {
 public:
  explicit Blocks(const Maps& maps)
      : maps_(maps), each_((maps[0].width + joint_block - 1) / joint_block) {}

  std::int64_t n() const { return each_ * maps_[0].height * maps_[0].n; }

  template <class Tally>
  void count(std::int64_t begin, std::int64_t end, Tally& tally) const {
    constexpr std::int64_t words = joint_block / 64;
    std::uint64_t changes[words];
    std::uint64_t spare[words];
    Buffer<std::uint32_t> starts(joint_block + kernels::positions_padding + 1);
    std::vector<RowReader> readers;
    std::vector<const char*> pixels(maps_.size());
    const std::vector<const std::uint32_t*> places(maps_.size(), starts.data());
    std::int64_t item = -1;
    for (std::int64_t b = begin; b < end; b++) {
      const std::int64_t line = b / each_;
      const std::int64_t x = b % each_ * joint_block;
      const std::int64_t n = std::min(joint_block, maps_[0].width - x);
      if (line / maps_[0].height != item) {
        item = line / maps_[0].height;
        readers.clear();
        for (const MaskView& map : maps_) readers.emplace_back(item_of(map, item));
      }
      std::memset(changes, 0, sizeof changes);
      for (std::size_t m = 0; m < maps_.size(); m++) {
        const std::int64_t bytes = element_bytes(maps_[m].element);
        pixels[m] = readers[m].row(line % maps_[0].height) + x * bytes;
        add_changes(pixels[m], n, bytes, changes, spare);
      }
      changes[0] |= 1;
      if constexpr (std::is_same_v<Tally, ByteTally>) {
        if (bit_kernels().count(changes, (n + 63) / 64) * ByteTally::short_run > n) {
          tally.add_pixels(pixels[0], pixels[1], n);
          continue;
        }
      }
      const std::int64_t runs = change_kernels().positions(changes, (n + 63) / 64, starts.data());
      starts[runs] = static_cast<std::uint32_t>(n);
      tally.add({pixels.data(), places.data(), starts.data(), runs, line, x});
    }
  }

 private:
  const Maps& maps_;
  std::int64_t each_;
};

}  // namespace me::cpu
