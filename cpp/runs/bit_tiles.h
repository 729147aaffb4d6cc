// The bits of an image, held only where something was written: tiles of 64 rows x 512 columns.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "base/buffer.h"
#include "base/size.h"

namespace me {

struct BitTile {
  static constexpr std::int64_t rows = 64;
  static constexpr std::int64_t words = 8;  // of a row
  static constexpr std::int64_t columns = 64 * words;

  std::uint64_t filled[rows * words];  // the bits themselves
  std::uint64_t rows_used;             // bit r: row r has a filled bit
  std::uint8_t words_used;             // bit k: word k of some row has
  std::int64_t area;                   // how many bits are filled
  std::int64_t row, column;            // place of the tile, in tiles
  bool is_full() const { return area == rows * columns; }

  // What a fill keeps here while it runs.
  std::uint64_t open[rows * words];     // may be filled, and is not; for the words known
  std::uint64_t pending[rows * words];  // to be filled next; for the rows pending
  std::uint8_t known[rows];             // bit k: word k of the row has been read
  std::uint64_t rows_pending;           // bit r: row r has something to be filled
  std::uint8_t sides;                   // which are to be entered all along
  bool queued;
  std::int64_t round;         // in which `known` was written
  struct EntryTile* entries;  // steps that lead into the pixels; null until one is asked for
};

// A maximal stretch [begin, end) of a row.
struct RowSpan {
  std::int64_t y, begin, end;
};

// Half-open; all zero when there is nothing.
struct PixelBox {
  std::int64_t left = 0, top = 0, right = 0, bottom = 0;
};

class BitTiles {
 public:
  BitTiles();
  ~BitTiles();
  BitTiles(const BitTiles&) = delete;
  BitTiles& operator=(const BitTiles&) = delete;

  // The tile at a place; made, with nothing filled or known, when it is not there. Tiles keep
  // their address.
  BitTile& at(std::int64_t row, std::int64_t column) {
    const std::uint64_t key = key_of(row, column);
    for (std::uint64_t slot = hash(key);; slot = (slot + 1) & mask_) {
      const Slot& here = slots_[static_cast<std::int64_t>(slot)];
      if (here.tile == nullptr) return make(row, column);
      if (here.key != key) continue;
      if (here.tile->round != round_) renew(*here.tile);
      return *here.tile;
    }
  }

  // Forgets what is known to be open; what is filled stays.
  void forget_open() { round_++; }

  // The filled pixels: the box around them, their maximal stretches in raster order, and as the
  // canonical runs of a mask.
  PixelBox box() const;
  void append_spans(Buffer<RowSpan>& spans) const;
  void append_runs(Size size, Buffer<std::uint32_t>& counts) const;

 private:
  struct Slot {
    std::uint64_t key;
    BitTile* tile;
  };
  struct Memory;

  static std::uint64_t key_of(std::int64_t row, std::int64_t column) {
    return static_cast<std::uint64_t>(row) << 32 | static_cast<std::uint64_t>(column);
  }
  std::uint64_t hash(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15u >> 32) & mask_; }
  BitTile& make(std::int64_t row, std::int64_t column);
  void renew(BitTile& tile);
  void insert(BitTile& tile);
  void widen();
  std::vector<const BitTile*> sorted(bool by_column) const;

  std::unique_ptr<Memory> memory_;
  std::int64_t round_ = 0;
  std::uint64_t mask_;
  Buffer<Slot> slots_;  // open addressing, at most half full
};

}  // namespace me
