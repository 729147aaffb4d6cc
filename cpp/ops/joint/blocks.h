// Reads several maps side by side, in blocks, with the places where any of them changes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/view.h"
#include "ops/joint/joint_kernels.h"
#include "ops/joint/tallies.h"
#include "runs/bits.h"
#include "runs/row_changes.h"
#include "runs/row_lines.h"

namespace me::cpu {

using Maps = std::vector<MaskView>;

// The order of pixels does not matter: maps that all lie column by column are read so, and rows
// and items that follow each other in memory are read as one row.
void straighten(Maps& maps);

// Where the values of a map change: the kernel of the CPU level in force, asked for once.
class MapChanges {
 public:
  explicit MapChanges(std::int64_t bytes);

  // Adds where n values change to `words`; `spare` has room for as many.
  void add(const char* values, std::int64_t n, std::uint64_t* words, std::uint64_t* spare) const;

 private:
  kernels::AddChanges fused_;
  void (*found_)(const void* values, std::int64_t n, std::uint64_t* words);
};

// What lists where two maps of so many bytes change, in one pass; nullptr where nothing does.
kernels::PairStarts pair_starts_of(const std::vector<std::int64_t>& bytes);

// Blocks of rows, in order: row by row, each in stretches of so many pixels.
class Blocks {
 public:
  explicit Blocks(const Maps& maps)
      : maps_(maps),
        pixels_(bytes_of_block(maps) / widest(maps)),
        lead_(lead_of(maps)),
        each_((lead_ + maps[0].width + pixels_ - 1) / pixels_) {}

  std::int64_t n() const { return each_ * maps_[0].height * maps_[0].n; }

  // Nanoseconds that a block of k maps takes, about.
  double cost(std::int64_t k) const { return 0.2 * double(pixels_) * double(k); }

  template <class Tally>
  void count(std::int64_t begin, std::int64_t end, Tally& tally) const {
    Scratch scratch(maps_);
    std::int64_t item = -1;
    for (std::int64_t b = begin; b < end;) {
      const std::int64_t line = b / each_;
      const std::int64_t stop = std::min((line + 1) * each_, end);
      const std::int64_t y = line % maps_[0].height;
      if (line / maps_[0].height != item) {
        item = line / maps_[0].height;
        scratch.readers.clear();
        for (const MaskView& map : maps_) scratch.readers.emplace_back(item_of(map, item));
      }
      std::int64_t x = begin_of(b - line * each_);
      for (std::size_t m = 0; m < maps_.size(); m++) {
        scratch.pixels[m] = scratch.readers[m].row(y) + x * scratch.bytes[m];
      }
      for (; b < stop; b++) {
        const std::int64_t n = begin_of(b - line * each_ + 1) - x;
        count_block(scratch, line, x, n, tally);
        x += n;
      }
    }
  }

 private:
  // Bytes of a map in a block. Between reading blocks nothing is asked of memory, so that time is
  // short: of 3840 x 2160 bytes that no cache had, twice, blocks of 4096 took 2.0 ms and of 2048
  // 1.6. What lists changes in one pass asks again soon: of 2048 x 1024 words, twice, blocks of
  // 2048 took 0.34 ms, of 4096 0.31.
  static std::int64_t bytes_of_block(const Maps& maps) {
    std::vector<std::int64_t> bytes;
    for (const MaskView& map : maps) bytes.push_back(element_bytes(map.element));
    return pair_starts_of(bytes) == nullptr ? 2048 : 4096;
  }
  static_assert(4096 <= joint_block && kernels::pair_starts_padding <= kernels::positions_padding);

  struct Scratch {
    explicit Scratch(const Maps& maps)
        : starts(joint_block + kernels::positions_padding + 1),
          pixels(maps.size()),
          places(maps.size(), starts.data()) {
      for (const MaskView& map : maps) {
        bytes.push_back(element_bytes(map.element));
        changes_of.emplace_back(bytes.back());
      }
      pair_starts = pair_starts_of(bytes);
    }

    std::uint64_t changes[joint_block / 64];
    std::uint64_t spare[joint_block / 64];
    Buffer<std::uint32_t> starts;
    std::vector<RowReader> readers;
    std::vector<std::int64_t> bytes;
    std::vector<MapChanges> changes_of;
    kernels::PairStarts pair_starts;
    std::vector<const char*> pixels;  // where the block lies in each map
    std::vector<const std::uint32_t*> places;
    std::int64_t (*const count)(const std::uint64_t*, std::int64_t) = bit_kernels().count;
    const kernels::ChangeKernels& kernels = change_kernels();
  };

  static std::int64_t widest(const Maps& maps) {
    std::int64_t bytes = 1;
    for (const MaskView& map : maps) bytes = std::max(bytes, element_bytes(map.element));
    return bytes;
  }

  // Pixels by which the first block is shorter, so that the others start where vectors do.
  static std::int64_t lead_of(const Maps& maps) {
    const MaskView& map = maps[0];
    if (map.n > 1 || map.height > 1) return 0;
    const auto place = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(map.data) % 64);
    return place / element_bytes(map.element);
  }

  // Where block k of a line begins, and the one before it ends.
  std::int64_t begin_of(std::int64_t k) const {
    return std::clamp<std::int64_t>(k * pixels_ - lead_, 0, maps_[0].width);
  }

  // Writes where any map changes in n pixels, with a bit for the first; returns the words.
  static std::int64_t find_changes(Scratch& scratch, std::int64_t n) {
    const std::int64_t words = (n + 63) / 64;
    std::fill(scratch.changes, scratch.changes + words, std::uint64_t{0});
    for (std::size_t m = 0; m < scratch.pixels.size(); m++) {
      scratch.changes_of[m].add(scratch.pixels[m], n, scratch.changes, scratch.spare);
    }
    scratch.changes[0] |= 1;
    return words;
  }

  // Counts n pixels one by one where that is faster.
  template <class Tally>
  static bool add_short(const Scratch& scratch, std::int64_t words, std::int64_t n, Tally& tally) {
    if constexpr (std::is_same_v<Tally, ByteTally>) {
      if (scratch.count(scratch.changes, words) * ByteTally::short_run > n) {
        tally.add_pixels(scratch.pixels[0], scratch.pixels[1], n);
        poll(static_cast<double>(n));
        return true;
      }
    }
    return false;
  }

  // Counts n pixels and goes on to what lies behind them.
  template <class Tally>
  static void count_block(Scratch& scratch, std::int64_t line, std::int64_t x, std::int64_t n,
                          Tally& tally) {
    std::uint32_t* const starts = scratch.starts.data();
    const auto add_runs = [&](std::int64_t runs) {
      starts[runs] = static_cast<std::uint32_t>(n);
      tally.add({scratch.pixels.data(), scratch.places.data(), starts, runs, line, x});
      poll(10.0 * static_cast<double>(runs));
    };
    if (scratch.pair_starts != nullptr) {
      add_runs(scratch.pair_starts(scratch.pixels[0], scratch.pixels[1], n, x > 0, starts));
    } else {
      const std::int64_t words = find_changes(scratch, n);
      if (!add_short(scratch, words, n, tally)) {
        add_runs(scratch.kernels.positions(scratch.changes, words, starts));
      }
    }
    for (std::size_t m = 0; m < scratch.pixels.size(); m++) {
      scratch.pixels[m] += n * scratch.bytes[m];
    }
  }

  const Maps& maps_;
  std::int64_t pixels_, lead_, each_;
};

}  // namespace me::cpu
