#include "runs/bit_tiles.h"

#include <algorithm>
#include <cstring>

#include "base/tuning.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/span_writer.h"

namespace me {
namespace {

constexpr std::int64_t chunk_tiles = 8;

struct Chunk {
  BitTile tiles[chunk_tiles];
};

// Memory that a thread keeps between calls: fresh pages cost more than filling them.
std::vector<std::unique_ptr<Chunk>>& kept_chunks() {
  thread_local std::vector<std::unique_ptr<Chunk>> chunks;
  return chunks;
}

// Finds the maximal stretches of set bits in words that come in order, with gaps between them.
template <class Emit>
class StretchScanner {
 public:
  explicit StretchScanner(Emit emit) : emit_(emit) {}

  // A stretch [at, end) of set bits, at or after the end of the last word.
  void full(std::int64_t at, std::int64_t end) {
    if (open_ && at != end_) finish();
    if (!open_) begin_ = at;
    end_ = end;
    open_ = true;
  }

  // The bits from position `at` on, at or after the end of the last word.
  void word(std::int64_t at, std::uint64_t bits) {
    if (open_) {
      if (at == end_ && ~bits == 0) {
        end_ += 64;
        return;
      }
      const int n = at == end_ ? lowest_bit(~bits) : 0;
      emit_(begin_, end_ + n);
      open_ = false;
      bits = bits >> n << n;
    }
    while (bits != 0) {
      const int first = lowest_bit(bits);
      const std::uint64_t rest = ~(bits >> first);
      const int end = rest == 0 ? 64 : first + lowest_bit(rest);
      if (end >= 64) {
        begin_ = at + first;
        end_ = at + 64;
        open_ = true;
        return;
      }
      emit_(at + first, at + end);
      bits = bits >> end << end;
    }
  }

  void finish() {
    if (open_) emit_(begin_, end_);
    open_ = false;
  }

 private:
  Emit emit_;
  bool open_ = false;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
};

// The columns of word column k of tiles of one tile column, from top to bottom.
class ColumnBlocks {
 public:
  void clear() {
    blocks_.clear();
    words_.clear();
  }
  bool empty() const { return blocks_.empty(); }

  void add(const BitTile& tile, std::int64_t k, bool full) {
    const std::int64_t top = tile.row * BitTile::rows;
    std::uint64_t block[64];
    std::uint64_t all = ~std::uint64_t{0};
    if (!full) {
      for (int r = 0; r < 64; r++) all &= block[r] = tile.filled[r * BitTile::words + k];
    }
    if (~all != 0) {
      bit_kernels().transpose(block);
      blocks_.push_back({top, top + 64, words_.size()});
      words_.append(block, 64);
    } else if (!blocks_.empty() && blocks_.back().words < 0 && blocks_.back().end == top) {
      blocks_.back().end = top + 64;
    } else {
      blocks_.push_back({top, top + 64, -1});
    }
  }

  template <class Emit>
  void scan(std::int64_t column, Emit emit) const {
    StretchScanner<Emit> scanner(emit);
    for (const Block& block : blocks_) {
      if (block.words < 0) {
        scanner.full(block.begin, block.end);
      } else {
        scanner.word(block.begin, words_[block.words + column]);
      }
    }
    scanner.finish();
  }

 private:
  struct Block {
    std::int64_t begin, end;
    std::int64_t words;  // where its 64 columns are; -1: all bits are set
  };
  Buffer<Block> blocks_;
  Buffer<std::uint64_t> words_;
};

}  // namespace

struct BitTiles::Memory {
  std::vector<std::unique_ptr<Chunk>> chunks;
  std::int64_t n = 0;  // tiles in use
  const BitTile& operator[](std::int64_t i) const {
    return chunks[static_cast<std::size_t>(i / chunk_tiles)]->tiles[i % chunk_tiles];
  }
};

BitTiles::BitTiles() : memory_(new Memory), mask_(15) {
  std::fill_n(slots_.grow(16), 16, Slot{0, nullptr});
}

BitTiles::~BitTiles() {
  auto& kept = kept_chunks();
  constexpr auto most = tuning::scratch_keep_bytes / static_cast<std::int64_t>(sizeof(Chunk));
  for (auto& chunk : memory_->chunks) {
    if (static_cast<std::int64_t>(kept.size()) >= most) break;
    kept.push_back(std::move(chunk));
  }
}

BitTile& BitTiles::make(std::int64_t row, std::int64_t column) {
  if (memory_->n % chunk_tiles == 0) {
    auto& kept = kept_chunks();
    if (kept.empty()) {
      memory_->chunks.emplace_back(new Chunk);
    } else {
      memory_->chunks.push_back(std::move(kept.back()));
      kept.pop_back();
    }
  }
  if (2 * memory_->n >= slots_.size()) widen();
  BitTile& tile = memory_->chunks.back()->tiles[memory_->n % chunk_tiles];
  memory_->n++;
  renew(tile);
  std::memset(tile.filled, 0, sizeof tile.filled);
  tile.rows_used = 0;
  tile.words_used = 0;
  tile.area = 0;
  tile.rows_pending = 0;
  tile.sides = 0;
  tile.queued = false;
  tile.entries = nullptr;
  tile.row = row;
  tile.column = column;
  insert(tile);
  return tile;
}

void BitTiles::insert(BitTile& tile) {
  const std::uint64_t key = key_of(tile.row, tile.column);
  std::uint64_t slot = hash(key);
  while (slots_[static_cast<std::int64_t>(slot)].tile != nullptr) slot = (slot + 1) & mask_;
  slots_[static_cast<std::int64_t>(slot)] = {key, &tile};
}

void BitTiles::widen() {
  const std::int64_t size = 2 * slots_.size();
  slots_.clear();
  std::fill_n(slots_.grow(size), size, Slot{0, nullptr});
  mask_ = static_cast<std::uint64_t>(size) - 1;
  for (std::int64_t i = 0; i < memory_->n; i++) {
    insert(const_cast<BitTile&>((*memory_)[i]));
  }
}

void BitTiles::renew(BitTile& tile) {
  std::memset(tile.known, 0, sizeof tile.known);
  tile.round = round_;
}

std::vector<const BitTile*> BitTiles::sorted(bool by_column) const {
  std::vector<const BitTile*> tiles;
  tiles.reserve(static_cast<std::size_t>(memory_->n));
  for (std::int64_t i = 0; i < memory_->n; i++) {
    if ((*memory_)[i].rows_used != 0) tiles.push_back(&(*memory_)[i]);
  }
  std::sort(tiles.begin(), tiles.end(), [by_column](const BitTile* a, const BitTile* b) {
    const bool by_row = a->row != b->row ? a->row < b->row : a->column < b->column;
    return by_column && a->column != b->column ? a->column < b->column
           : by_column                         ? a->row < b->row
                                               : by_row;
  });
  return tiles;
}

PixelBox BitTiles::box() const {
  PixelBox box{INT64_MAX, INT64_MAX, 0, 0};
  for (const BitTile* tile : sorted(false)) {
    const std::int64_t y = tile->row * BitTile::rows;
    const std::int64_t x = tile->column * BitTile::columns;
    box.top = std::min(box.top, y + lowest_bit(tile->rows_used));
    box.bottom = std::max(box.bottom, y + highest_bit(tile->rows_used) + 1);
    const int first = lowest_bit(tile->words_used);
    const int last = highest_bit(tile->words_used);
    if (x + 64 * first >= box.left && x + 64 * last + 64 <= box.right) continue;
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    for (std::int64_t r = 0; r < BitTile::rows; r++) {
      left |= tile->filled[r * BitTile::words + first];
      right |= tile->filled[r * BitTile::words + last];
    }
    box.left = std::min(box.left, x + 64 * first + lowest_bit(left));
    box.right = std::max(box.right, x + 64 * last + highest_bit(right) + 1);
  }
  return box.right == 0 ? PixelBox{} : box;
}

void BitTiles::append_spans(Buffer<RowSpan>& spans) const {
  const std::vector<const BitTile*> tiles = sorted(false);
  for (std::size_t begin = 0, end = 0; begin < tiles.size(); begin = end) {
    std::uint64_t used = 0;
    while (end < tiles.size() && tiles[end]->row == tiles[begin]->row) {
      used |= tiles[end++]->rows_used;
    }
    for (; used != 0; used &= used - 1) {
      const int r = lowest_bit(used);
      const std::int64_t y = tiles[begin]->row * BitTile::rows + r;
      StretchScanner scanner(
          [&](std::int64_t first, std::int64_t last) { spans.push_back({y, first, last}); });
      for (std::size_t i = begin; i < end; i++) {
        const std::int64_t x = tiles[i]->column * BitTile::columns;
        for (std::int64_t k = 0; k < BitTile::words; k++) {
          scanner.word(x + 64 * k, tiles[i]->filled[r * BitTile::words + k]);
        }
      }
      scanner.finish();
    }
  }
}

void BitTiles::append_runs(Size size, Buffer<std::uint32_t>& counts) const {
  const std::vector<const BitTile*> tiles = sorted(true);
  Buffer<bool> full;
  ColumnBlocks blocks;
  SpanWriter writer(counts);
  for (std::size_t begin = 0, end = 0; begin < tiles.size(); begin = end) {
    full.clear();
    for (; end < tiles.size() && tiles[end]->column == tiles[begin]->column; end++) {
      full.push_back(tiles[end]->is_full());
    }
    for (std::int64_t k = 0; k < BitTile::words; k++) {
      blocks.clear();
      for (std::size_t i = begin; i < end; i++) {
        if ((tiles[i]->words_used >> k & 1) == 0) continue;
        blocks.add(*tiles[i], k, full[static_cast<std::int64_t>(i - begin)]);
      }
      if (blocks.empty()) continue;
      const std::int64_t x = tiles[begin]->column * BitTile::columns + 64 * k;
      const std::int64_t columns = std::min<std::int64_t>(64, size.width - x);
      for (std::int64_t c = 0; c < columns; c++) {
        const std::int64_t base = (x + c) * size.height;
        blocks.scan(c, [&](std::int64_t first, std::int64_t last) {
          writer.add(base + first, base + last);
        });
      }
    }
  }
  writer.finish(size.area());
}

}  // namespace me
