#include "ops/canvas/taken.h"

#include <algorithm>

#include "runs/bit_scan.h"

namespace me::cpu {
namespace {

// The bits [begin, end) of a word, 0 <= begin < end <= 64.
std::uint64_t bits_between(std::int64_t begin, std::int64_t end) {
  return ~std::uint64_t{0} >> (64 - (end - begin)) << begin;
}

// Calls work(tile, row in it, word, bits, x of the word) for the words under a span.
template <class Work>
void for_words(BitTiles& tiles, const RowSpan& span, Work work) {
  for (std::int64_t x = span.begin; x < span.end;) {
    const std::int64_t column = x / BitTile::columns;
    BitTile& tile = tiles.at(span.y / BitTile::rows, column);
    const std::int64_t left = column * BitTile::columns;
    const std::int64_t stop = std::min(span.end, left + BitTile::columns);
    const std::int64_t r = span.y % BitTile::rows;
    while (x < stop) {
      const std::int64_t k = (x - left) / 64;
      const std::int64_t first = left + 64 * k;
      const std::int64_t end = std::min(stop, first + 64);
      work(tile, r, k, bits_between(x - first, end - first), first);
      x = end;
    }
  }
}

}  // namespace

void TakenPixels::take(const RowSpan& span, Buffer<RowSpan>& fresh) {
  const std::int64_t start = fresh.size();
  for_words(tiles_, span,
            [&](BitTile& tile, std::int64_t r, std::int64_t k, std::uint64_t bits, std::int64_t x) {
              std::uint64_t& word = tile.filled[r * BitTile::words + k];
              std::uint64_t left = bits & ~word;
              word |= bits;
              tile.rows_used |= std::uint64_t{1} << r;
              tile.words_used = static_cast<std::uint8_t>(tile.words_used | 1 << k);
              while (left != 0) {
                const int first = lowest_bit(left);
                const std::uint64_t rest = ~(left >> first);
                const int end = rest == 0 ? 64 : std::min(64, first + lowest_bit(rest));
                if (fresh.size() > start && fresh.back().end == x + first) {
                  fresh.back().end = x + end;
                } else {
                  fresh.push_back({span.y, x + first, x + end});
                }
                left = end == 64 ? 0 : left >> end << end;
              }
            });
}

void TakenPixels::give_back(const RowSpan& span) {
  for_words(tiles_, span,
            [](BitTile& tile, std::int64_t r, std::int64_t k, std::uint64_t bits, std::int64_t) {
              tile.filled[r * BitTile::words + k] &= ~bits;
            });
}

}  // namespace me::cpu
