#include "runs/flood_fill.h"

#include <algorithm>
#include <cstring>

#include "base/interrupt.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/tile_row.h"

namespace me {

using namespace tile_row;

// Bit x of a word says whether the pixel is entered by a step (dx, dy), per step.
struct EntryTile {
  static constexpr int directions = 9;
  std::uint8_t known[directions][BitTile::rows] = {};
  std::uint64_t words[directions][BitTile::rows * BitTile::words];
};

FloodFill::FloodFill(const FillLimits& limits) : limits_(limits) {}
FloodFill::~FloodFill() = default;

// The tile at a place; null where no pixel of it lies in the box.
BitTile* FloodFill::tile_at(std::int64_t row, std::int64_t column) {
  const std::int64_t y = row * BitTile::rows;
  const std::int64_t x = column * BitTile::columns;
  const PixelBox& box = limits_.box;
  if (y + BitTile::rows <= box.top || y >= box.bottom || x + BitTile::columns <= box.left ||
      x >= box.right) {
    return nullptr;
  }
  return &tiles_.at(row, column);
}

// Reads words [k, end_k) of a row, none of which is known.
void FloodFill::read_open(BitTile& tile, std::int64_t r, std::int64_t k, std::int64_t end_k) {
  const PixelBox& box = limits_.box;
  const std::int64_t y = tile.row * BitTile::rows + r;
  const std::int64_t first = tile.column * BitTile::columns + 64 * k;
  const bool inside = y >= box.top && y < box.bottom;
  const std::int64_t n = inside ? std::min(first + 64 * (end_k - k), box.right) - first : 0;
  std::uint64_t* const words = tile.open + r * n_words + k;
  tile.known[r] |= static_cast<std::uint8_t>((1u << end_k) - (1u << k));
  if (n < 64 * (end_k - k)) std::fill_n(words, end_k - k, std::uint64_t{0});
  if (n <= 0) return;
  open_->read(y, first, n, words);
  for (std::int64_t w = 0; first + 64 * w < box.left && w < end_k - k; w++) {
    words[w] &= ~low_bits(box.left - first - 64 * w);
  }
}

// Reads words from k on, up to one that is known.
inline void FloodFill::read_ahead(BitTile& tile, std::int64_t r, std::int64_t k) {
  const std::uint32_t known = tile.known[r];
  if ((known >> k & 1) != 0) return;
  std::int64_t end_k = k + 1;
  while (end_k < n_words && (known >> end_k & 1) == 0) end_k++;
  read_open(tile, r, k, end_k);
}

inline std::uint64_t FloodFill::open_word(BitTile& tile, std::int64_t r, std::int64_t k) {
  if ((tile.known[r] >> k & 1) == 0) read_open(tile, r, k, k + 1);
  return tile.open[r * n_words + k];
}

// Bit i: whether a step (dx, dy) leads into pixel i of a word.
std::uint64_t FloodFill::entries(BitTile& tile, std::int64_t r, std::int64_t k, int dx, int dy) {
  if (tile.entries == nullptr) {
    entry_tiles_.emplace_back(new EntryTile);
    tile.entries = entry_tiles_.back().get();
  }
  const int direction = 3 * (dy + 1) + dx + 1;
  std::uint64_t& word = tile.entries->words[direction][r * n_words + k];
  std::uint8_t& known = tile.entries->known[direction][r];
  if ((known >> k & 1) != 0) return word;
  known |= static_cast<std::uint8_t>(1u << k);
  const PixelBox& box = limits_.box;
  const std::int64_t y = tile.row * BitTile::rows + r - dy;  // where steps come from
  const std::int64_t x = tile.column * BitTile::columns + 64 * k - dx;
  const std::int64_t skip = std::max<std::int64_t>(box.left + std::max(0, -dx) - x, 0);
  const std::int64_t n = std::min(x + 64, box.right - std::max(0, dx)) - x - skip;
  word = 0;
  if (n > 0 && y >= box.top && y < box.bottom) {
    word = steps_->read(y, x + skip, n, dx, dy) << skip;
  }
  return word;
}

void FloodFill::queue(BitTile& tile) {
  if (tile.queued) return;
  tile.queued = true;
  queue_.push_back(&tile);
}

inline void FloodFill::add_pending(BitTile& tile, std::int64_t r, std::int64_t k,
                                   std::uint64_t bits) {
  std::uint64_t* const row = tile.pending + r * n_words;
  const std::uint64_t bit = std::uint64_t{1} << r;
  if ((tile.rows_pending & bit) == 0) {
    std::fill_n(row, n_words, std::uint64_t{0});
    tile.rows_pending |= bit;
  }
  row[k] |= bits;
}

// Makes `bits` of a word, entered by a step (dx, dy), pending as far as they are open.
inline void FloodFill::offer(BitTile& tile, std::int64_t r, std::int64_t k, std::uint64_t bits,
                             int dx, int dy) {
  if (bits == 0) return;
  bits &= open_word(tile, r, k);
  if (bits != 0 && steps_ != nullptr) bits &= entries(tile, r, k, dx, dy);
  if (bits != 0) add_pending(tile, r, k, bits);
}

// Fills the stretches of a word around `from`, and returns what was filled.
inline std::uint64_t FloodFill::fill_word(BitTile& tile, std::int64_t r, std::int64_t k,
                                          std::uint64_t from) {
  const std::uint64_t open = open_word(tile, r, k);
  from &= open;
  if (from == 0) return 0;
  std::uint64_t filled;
  if (steps_ == nullptr) {
    // adding carries each bit up to the end of its stretch
    filled = (open & ~(open + from)) | from;
    if ((open & from >> 1 & ~filled) != 0) filled |= spread_down(from, open);
  } else {
    filled = spread_up(from, open & entries(tile, r, k, 1, 0)) |
             spread_down(from, open & entries(tile, r, k, -1, 0));
  }
  tile.open[r * n_words + k] = open & ~filled;
  tile.filled[r * n_words + k] |= filled;
  return filled;
}

// Fills what is pending in a row, and on along the row. False when nothing was.
bool FloodFill::fill_row(BitTile& tile, std::int64_t r, std::uint64_t* filled) {
  std::uint64_t* const from = tile.pending + r * n_words;
  std::uint64_t* const open = tile.open + r * n_words;
  if (steps_ == nullptr && tile.known[r] == 0xFF && is_all(open, ones)) {
    std::fill_n(filled, n_words, ones);
    std::fill_n(open, n_words, std::uint64_t{0});
    std::fill_n(tile.filled + r * n_words, n_words, ones);
    tile.words_used = 0xFF;
    return true;
  }
  const auto enters = [&](std::int64_t k, int dx, std::uint64_t bit) {
    return steps_ == nullptr || (entries(tile, r, k, dx, 0) & bit) != 0;
  };
  std::uint64_t any = 0;
  for (std::int64_t k = 0; k < n_words; k++) {
    std::uint64_t seeds = from[k];
    if (k > 0 && filled[k - 1] >> 63 != 0) {
      read_ahead(tile, r, k);  // the stretch is long
      if ((open_word(tile, r, k) & 1) != 0 && enters(k, 1, 1)) seeds |= 1;
    }
    filled[k] = seeds == 0 ? 0 : fill_word(tile, r, k, seeds);
    any |= filled[k];
  }
  const std::uint64_t last = std::uint64_t{1} << 63;
  for (std::int64_t k = n_words - 2; k >= 0; k--) {
    if ((filled[k + 1] & 1) == 0 || (open_word(tile, r, k) & last) == 0) continue;
    if (enters(k, -1, last)) filled[k] |= fill_word(tile, r, k, last);
  }
  for (std::int64_t k = 0; k < n_words; k++) {
    tile.words_used |= static_cast<std::uint8_t>((filled[k] != 0 ? 1u : 0u) << k);
  }
  return any != 0;
}

// Offers the new bits of a row to row r + dy of a tile: the same one, or the one above or below.
void FloodFill::offer_row(BitTile& tile, std::int64_t r, const std::uint64_t* filled, int dy) {
  const int reach = limits_.diagonal ? 1 : 0;
  std::uint64_t moved[n_words];
  if (steps_ == nullptr) {
    std::uint64_t all[n_words];
    std::copy_n(filled, n_words, all);
    for (int dx = -reach; dx <= reach; dx++) {
      if (dx == 0) continue;
      move_row(filled, dx, moved);
      for (std::int64_t k = 0; k < n_words; k++) all[k] |= moved[k];
    }
    if (tile.known[r] != 0xFF && is_all(all, ones)) {
      for (std::int64_t k = 0; k < n_words; k++) read_ahead(tile, r, k);
    }
    if (tile.known[r] == 0xFF) {
      const std::uint64_t* const open = tile.open + r * n_words;
      std::uint64_t any = 0;
      for (std::int64_t k = 0; k < n_words; k++) any |= all[k] &= open[k];
      if (any == 0) return;
      add_pending(tile, r, 0, 0);
      for (std::int64_t k = 0; k < n_words; k++) tile.pending[r * n_words + k] |= all[k];
      return;
    }
    for (std::int64_t k = 0; k < n_words; k++) offer(tile, r, k, all[k], 0, dy);
    return;
  }
  for (int dx = -reach; dx <= reach; dx++) {
    move_row(filled, dx, moved);
    for (std::int64_t k = 0; k < n_words; k++) offer(tile, r, k, moved[k], dx, dy);
  }
}

// Gives new bits in the first or last column to the tiles beside, above and below.
void FloodFill::leave_sideways(BitTile& tile, int dx, std::uint64_t rows) {
  if (rows == 0) return;
  const std::int64_t k = dx > 0 ? 0 : n_words - 1;
  const std::uint64_t bit = dx > 0 ? 1 : std::uint64_t{1} << 63;
  const int reach = limits_.diagonal ? 1 : 0;
  for (std::int64_t row = tile.row - reach; row <= tile.row + reach; row++) {
    const std::uint64_t near = row == tile.row  ? ones
                               : row < tile.row ? std::uint64_t{1}
                                                : std::uint64_t{1} << 63;
    if ((rows & near) == 0) continue;
    BitTile* const beside = tile_at(row, tile.column + dx);
    if (beside == nullptr || (whole_ && beside->is_full())) continue;
    for (std::uint64_t left = rows & near; left != 0; left &= left - 1) {
      const std::int64_t y = tile.row * BitTile::rows + lowest_bit(left);
      for (int dy = -reach; dy <= reach; dy++) {
        const std::int64_t r = y + dy - row * BitTile::rows;
        if (r < 0 || r >= BitTile::rows) continue;
        offer(*beside, r, k, bit, dx, dy);
      }
    }
    if (beside->rows_pending != 0) queue(*beside);
  }
}

// Fills a tile at once when all of it is open. It is read whole for that, which is worth it beside
// a tile that was filled to the last pixel.
bool FloodFill::fill_whole(BitTile& tile) {
  const std::int64_t x = tile.column * BitTile::columns;
  const std::int64_t y = tile.row * BitTile::rows;
  const PixelBox& box = limits_.box;
  if (tile.area > 0 || x < box.left || x + BitTile::columns > box.right || y < box.top ||
      y + BitTile::rows > box.bottom) {
    return false;
  }
  std::uint64_t words[n_words];
  for (std::int64_t r = 0; r < BitTile::rows; r++) {
    if (tile.known[r] != 0) {
      for (std::int64_t k = 0; k < n_words; k++) read_ahead(tile, r, k);
      if (!is_all(tile.open + r * n_words, ones)) return false;
      continue;
    }
    open_->read(y + r, x, BitTile::columns, words);
    if (!is_all(words, ones)) {
      std::copy_n(words, n_words, tile.open + r * n_words);
      tile.known[r] = 0xFF;
      return false;
    }
  }
  std::memset(tile.filled, 0xFF, sizeof tile.filled);
  tile.rows_used = ones;
  tile.words_used = 0xFF;
  tile.rows_pending = 0;
  area_ += BitTile::rows * BitTile::columns;
  tile.area = BitTile::rows * BitTile::columns;
  return true;
}

constexpr int from_above = 1, from_below = 2, from_left = 4, from_right = 8;

// Makes pending what is entered all along the sides.
void FloodFill::enter_sides(BitTile& tile, int sides) {
  std::uint64_t row[n_words];
  std::fill_n(row, n_words, ones);
  if ((sides & from_above) != 0) offer_row(tile, 0, row, 1);
  if ((sides & from_below) != 0) offer_row(tile, BitTile::rows - 1, row, -1);
  for (std::int64_t r = 0; r < BitTile::rows; r++) {
    if ((sides & from_left) != 0) offer(tile, r, 0, 1, 1, 0);
    if ((sides & from_right) != 0) offer(tile, r, n_words - 1, std::uint64_t{1} << 63, -1, 0);
  }
}

// Gives all sides of a full tile to those around it.
void FloodFill::leave_whole(const BitTile& tile) {
  for (int dy = -1; dy <= 1; dy++) {
    for (int dx = -1; dx <= 1; dx++) {
      const bool corner = dx != 0 && dy != 0;
      if ((dx == 0 && dy == 0) || (corner && !limits_.diagonal)) continue;
      BitTile* const next = tile_at(tile.row + dy, tile.column + dx);
      if (next == nullptr || next->is_full()) continue;
      if (corner) {
        offer(*next, dy > 0 ? 0 : BitTile::rows - 1, dx > 0 ? 0 : n_words - 1,
              dx > 0 ? 1 : std::uint64_t{1} << 63, dx, dy);
        if (next->rows_pending == 0) continue;
      } else {
        const int side = dy > 0   ? from_above
                         : dy < 0 ? from_below
                         : dx > 0 ? from_left
                                  : from_right;
        next->sides |= static_cast<std::uint8_t>(side);
      }
      queue(*next);
    }
  }
}

// Gives what was new at the edges of a tile to those around it.
void FloodFill::leave(BitTile& tile) {
  for (const int dy : {-1, 1}) {
    const std::uint64_t* const row = dy < 0 ? top_ : bottom_;
    if (is_all(row, 0)) continue;
    BitTile* const next = tile_at(tile.row + dy, tile.column);
    if (next == nullptr || (whole_ && next->is_full())) continue;
    offer_row(*next, dy < 0 ? BitTile::rows - 1 : 0, row, dy);
    if (next->rows_pending != 0) queue(*next);
  }
  leave_sideways(tile, -1, left_);
  leave_sideways(tile, 1, right_);
}

// Fills in a tile until nothing is pending in it: down its rows, and up again, and so on.
void FloodFill::fill_tile(BitTile& tile) {
  std::fill_n(top_, n_words, std::uint64_t{0});
  std::fill_n(bottom_, n_words, std::uint64_t{0});
  left_ = right_ = 0;
  if (tile.sides != 0) {
    const int sides = tile.sides;
    tile.sides = 0;
    if (fill_whole(tile)) return leave_whole(tile);
    enter_sides(tile, sides);
  }
  std::uint64_t filled[n_words];
  for (bool down = true; tile.rows_pending != 0; down = !down) {
    std::uint64_t ahead = ones;
    while ((tile.rows_pending & ahead) != 0) {
      const std::uint64_t rows = tile.rows_pending & ahead;
      const int r = down ? lowest_bit(rows) : highest_bit(rows);
      const std::uint64_t bit = std::uint64_t{1} << r;
      ahead = down ? ~(bit | (bit - 1)) : bit - 1;
      tile.rows_pending &= ~bit;
      if (!fill_row(tile, r, filled)) continue;
      tile.rows_used |= bit;
      if ((filled[0] & 1) != 0) left_ |= bit;
      if (filled[n_words - 1] >> 63 != 0) right_ |= bit;
      if (r > 0) offer_row(tile, r - 1, filled, -1);
      if (r + 1 < BitTile::rows) offer_row(tile, r + 1, filled, 1);
      for (std::int64_t k = 0; k < n_words && r == 0; k++) top_[k] |= filled[k];
      for (std::int64_t k = 0; k < n_words && r + 1 == BitTile::rows; k++) bottom_[k] |= filled[k];
    }
  }
  const std::int64_t before = tile.area;
  tile.area = bit_kernels().count(tile.filled, BitTile::rows * n_words);
  area_ += tile.area - before;
  if (whole_ && tile.is_full()) return leave_whole(tile);
  leave(tile);
}

bool FloodFill::fill(const std::int64_t* seeds_xy, std::int64_t n, OpenPixels& open,
                     OpenSteps* steps) {
  open_ = &open;
  steps_ = steps;
  tiles_.forget_open();
  whole_ = steps == nullptr && area_ == 0;
  const PixelBox& box = limits_.box;
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t x = seeds_xy[2 * i];
    const std::int64_t y = seeds_xy[2 * i + 1];
    if (x < box.left || x >= box.right || y < box.top || y >= box.bottom) continue;
    BitTile& tile = tiles_.at(y / BitTile::rows, x / BitTile::columns);
    const std::int64_t r = y % BitTile::rows;
    const std::int64_t k = x / 64 % n_words;
    const std::uint64_t bit = std::uint64_t{1} << x % 64;
    if ((open_word(tile, r, k) & bit) == 0) continue;
    add_pending(tile, r, k, bit);
    queue(tile);
  }
  while (next_ < queue_.size()) {
    BitTile& tile = *queue_[next_++];
    if (2 * next_ > queue_.size() + 1024) {  // forget those that are done
      std::copy(queue_.begin() + next_, queue_.end(), queue_.begin());
      queue_.truncate(queue_.size() - next_);
      next_ = 0;
    }
    tile.queued = false;
    fill_tile(tile);
    poll(2e3);
    if (area_ > limits_.max_area) return false;
  }
  return true;
}

}  // namespace me
