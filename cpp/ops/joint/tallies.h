// Where joint adds up pixels by combination of labels: three tables for three kinds of maps.
//
// A tally takes blocks of some runs in which no map changes: where they start, and where the label
// of each map stands.
#pragma once
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/buffer.h"
#include "base/numbering.h"
#include "base/values.h"
#include "base/view.h"
#include "ops/joint/joint.h"

namespace me::cpu {

inline constexpr std::int64_t joint_block = 4096;  // pixels of a block, or runs at most

struct JointBlock {
  const char* const* labels;           // of each map
  const std::uint32_t* const* places;  // of each map: for each run the number of its label
  const std::uint32_t* starts;         // of `runs` runs, and one more: the end of the last
  std::int64_t runs;
  std::int64_t line, x;  // of pixels: row, counted on over all items, and column of the first one
};

// Calls take(run, bits) with the label of map m for each run.
template <class Take>
void for_labels(const JointBlock& block, std::int64_t m, std::int64_t bytes, Take take) {
  with_unsigned(bytes, [&](auto zero_value) {
    using T = decltype(zero_value);
    const char* from = block.labels[m];
    const std::uint32_t* places = block.places[m];
    for (std::int64_t i = 0; i < block.runs; i++) {
      T value;
      std::memcpy(&value, from + std::int64_t{places[i]} * std::int64_t{sizeof(T)}, sizeof(T));
      take(i, std::uint64_t{value});
    }
  });
}

// Writes the labels of each run, of k maps and at most 64 bits together, side by side to a key.
void pack_keys(const JointBlock& block, const std::int64_t* bytes, std::int64_t k,
               std::uint64_t* keys);

// The label with these bits in map `map`. Throws for one above the range of int64.
std::int64_t label_of(std::uint64_t bits, Element element, std::int64_t map);

// A map as runs, none of which is empty: where they end, and their labels.
struct EndedRuns {
  const std::uint32_t* ends;
  const char* labels;
  std::int64_t n;
};

// Pixels by key. Sums of the keys met of late stand in a small table, one place for each key: no
// search, and a branch that is foreseen.
class KeySums {
 public:
  struct Recent {
    std::uint64_t key;
    std::int64_t pixels;
  };

  KeySums();
  void add(std::uint64_t key, std::int64_t pixels) {
    add_all(1, [=](std::int64_t) { return Recent{key, pixels}; });
  }

  // Of n runs, of which next(i) gives {key, pixels}: the loop stands here, so that nothing is
  // called for each run.
  template <class Next>
  void add_all(std::int64_t n, Next next) {
    Recent* const places = recent_.data();
    for (std::int64_t i = 0; i < n; i++) {
      const Recent one = next(i);
      Recent& recent = places[one.key * 0x9e3779b97f4a7c15u >> (64 - bits)];
      if (recent.key != one.key) replace(recent, one.key);
      recent.pixels += one.pixels;
    }
  }

  // Call once before reading.
  void finish();

  std::int64_t size() const { return sums_.size(); }
  std::uint64_t key(std::int64_t i) const { return keys_.values()[i]; }
  std::int64_t pixels(std::int64_t i) const { return sums_[i]; }

 private:
  static constexpr int bits = 10;  // 16 KiB: half of the first cache

  void put_away(const Recent& recent);
  void replace(Recent& recent, std::uint64_t key);

  Buffer<Recent> recent_;
  Numbering keys_;
  Buffer<std::int64_t> sums_;
};

// Two maps of bytes: a table of all 65 536 pairs.
class ByteTally {
 public:
  ByteTally();
  // Pixels per run below which counting them one by one is faster: 3840 x 2160 of 2 pixels a run
  // took 6.9 ms so and 7.4 by runs, of 1 pixel 7.2 and 13, of 3 pixels 6.3 and 5.8.
  static constexpr std::int64_t short_run = 3;

  void add(const JointBlock& block);
  void add_pixels(const char* first_map, const char* second_map, std::int64_t n);
  // Two maps of the same pixels.
  void add_merged(const EndedRuns& a, const EndedRuns& b);
  void give(const Element* elements, JointCounts& out);

 private:
  Buffer<std::int64_t> table_;
  Buffer<std::int64_t> lanes_;  // for pixels one by one: more tables, so that no sum waits
};

// Labels of 64 bits together: one key for each combination.
class PackedTally {
 public:
  PackedTally(const Element* elements, std::int64_t k);
  void add(const JointBlock& block);
  void add_merged(const EndedRuns& a, const EndedRuns& b);
  void give(const Element* elements, JointCounts& out);

 private:
  std::int64_t k_;
  std::int64_t bytes_[max_joint_maps];
  KeySums sums_;
  Buffer<std::uint64_t> block_keys_;
};

// Any maps: combinations of the first maps are numbered, then those numbers with the next labels.
class ChainedTally {
 public:
  ChainedTally(const Element* elements, std::int64_t k);
  void add(const JointBlock& block);
  void give(const Element* elements, JointCounts& out);

 private:
  std::int64_t k_;
  std::int64_t bytes_[max_joint_maps];
  std::vector<Numbering> labels_;  // of each map
  std::vector<Numbering> pairs_;   // of a number of the maps before, and one of this map
  KeySums sums_;                   // of such pairs, of all maps
  Buffer<std::uint64_t> block_keys_;
};

}  // namespace me::cpu
