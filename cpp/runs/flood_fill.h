// Fills what can be reached from seeds: what flood, and a brush that follows an outline, share.
// Time and memory follow the pixels filled, not the size of the image.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "base/buffer.h"
#include "runs/bit_tiles.h"

namespace me {

// What may be filled.
class OpenPixels {
 public:
  virtual ~OpenPixels() = default;
  // Bit i: whether pixel (x + i, y) may be filled, for i in [0, n); x is a multiple of 64, n <=
  // 512. Unused bits of the last word are zero.
  virtual void read(std::int64_t y, std::int64_t x, std::int64_t n, std::uint64_t* words) = 0;
};

// Which steps between neighbours may be taken.
class OpenSteps {
 public:
  virtual ~OpenSteps() = default;
  // Bit i: whether a step leads from (x + i, y) to (x + i + dx, y + dy), for i in [0, n), n <= 64.
  // All of these pixels lie in the image.
  virtual std::uint64_t read(std::int64_t y, std::int64_t x, std::int64_t n, int dx, int dy) = 0;
};

struct FillLimits {
  PixelBox box;  // pixels outside are never filled
  std::int64_t max_area = INT64_MAX;
  bool diagonal = false;  // eight neighbours instead of four
};

// Works on tiles of bits: a row of a tile is filled along its open stretches, and what it gives to
// the rows above and below, and to the tiles around, is kept as pending there. A tile is left when
// nothing is pending in it. So many stretches are filled at once where a region is ragged, and 512
// pixels where it is whole.
class FloodFill {
 public:
  explicit FloodFill(const FillLimits& limits);
  ~FloodFill();

  // Fills from the seeds, as far as they are open, inside the box and not yet filled. With `steps`,
  // along those steps alone; without, over all open pixels. Further calls go on from what is
  // filled, and may have another `open`, but the same `steps`. False when more than max_area pixels
  // could be reached: what is filled then has no meaning.
  bool fill(const std::int64_t* seeds_xy, std::int64_t n, OpenPixels& open, OpenSteps* steps);

  const BitTiles& tiles() const { return tiles_; }
  std::int64_t area() const { return area_; }

 private:
  void read_open(BitTile& tile, std::int64_t r, std::int64_t k, std::int64_t end_k);
  void read_ahead(BitTile& tile, std::int64_t r, std::int64_t k);
  std::uint64_t open_word(BitTile& tile, std::int64_t r, std::int64_t k);
  std::uint64_t entries(BitTile& tile, std::int64_t r, std::int64_t k, int dx, int dy);

  void offer(BitTile& tile, std::int64_t r, std::int64_t k, std::uint64_t bits, int dx, int dy);
  void add_pending(BitTile& tile, std::int64_t r, std::int64_t k, std::uint64_t bits);
  void queue(BitTile& tile);

  std::uint64_t fill_word(BitTile& tile, std::int64_t r, std::int64_t k, std::uint64_t from);
  bool fill_row(BitTile& tile, std::int64_t r, std::uint64_t* filled);
  void offer_row(BitTile& tile, std::int64_t r, const std::uint64_t* filled, int dy);
  bool fill_whole(BitTile& tile);
  void enter_sides(BitTile& tile, int sides);
  void leave_whole(const BitTile& tile);
  void leave(BitTile& tile);
  void leave_sideways(BitTile& tile, int dx, std::uint64_t rows);
  void fill_tile(BitTile& tile);
  BitTile* tile_at(std::int64_t row, std::int64_t column);

  FillLimits limits_;
  BitTiles tiles_;
  std::int64_t area_ = 0;
  OpenPixels* open_ = nullptr;
  OpenSteps* steps_ = nullptr;
  bool whole_ = false;  // tiles filled to the last pixel are handled as such: in the first call
  Buffer<BitTile*> queue_;
  std::int64_t next_ = 0;  // the first tile in the queue that waits
  std::vector<std::unique_ptr<EntryTile>> entry_tiles_;

  // What the tile in hand gives to those around: new bits of its first and last row, and rows with
  // a new bit in the first and last column.
  std::uint64_t top_[BitTile::words], bottom_[BitTile::words];
  std::uint64_t left_ = 0, right_ = 0;
};

}  // namespace me
