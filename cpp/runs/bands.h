// A mask as bits inside its box, 64 rows to a word: the form in which pairs intersect fastest.
#pragma once
#include <algorithm>
#include <cstdint>

#include "runs/segments.h"

namespace me {

// Word (band, column) holds rows [64 * band, 64 * band + 64) of a column; the columns of one band
// lie side by side, so that the common columns of two masks are two stretches of words.
struct Bands {
  const std::uint64_t* words = nullptr;
  std::int64_t left = 0, right = 0;  // columns
  std::int64_t first = 0, last = 0;  // bands [first, last)
};

// The bands of a mask in this box, without words.
inline Bands bands_of(const Box& box) {
  return {nullptr, box.left, box.right, box.top / 64, (box.bottom + 63) / 64};
}

inline std::int64_t word_count(const Bands& bands) {
  return (bands.right - bands.left) * (bands.last - bands.first);
}

// Sets the bits of a mask in words[0, word_count(bands)), which are zero.
template <class Position>
void fill_bands(const Segments<Position>& mask, std::int64_t height, const Bands& bands,
                std::uint64_t* words) {
  const std::int64_t width = bands.right - bands.left;
  std::int64_t column = -bands.first * width;  // where band 0 of the column would be
  std::int64_t start = bands.left * height;    // position of its first pixel
  for (std::int64_t k = 0; k < mask.n; k++) {
    std::int64_t begin = mask.bounds[2 * k];
    const std::int64_t end = mask.bounds[2 * k + 1];
    while (begin < end) {
      if (begin - start >= height) {
        const std::int64_t columns = begin - start < 2 * height ? 1 : (begin - start) / height;
        column += columns;
        start += columns * height;
      }
      const std::int64_t top = begin - start;
      const std::int64_t bottom = std::min(end - start, height);
      const std::int64_t first = top >> 6;
      const std::int64_t last = (bottom - 1) >> 6;
      const std::uint64_t head = ~std::uint64_t{0} << (top & 63);
      const std::uint64_t tail = ~std::uint64_t{0} >> (63 & -bottom);
      if (first == last) {
        words[column + first * width] |= head & tail;
      } else {
        words[column + first * width] |= head;
        for (std::int64_t band = first + 1; band < last; band++)
          words[column + band * width] = ~0ull;
        words[column + last * width] |= tail;
      }
      begin = start + bottom;
    }
  }
}

}  // namespace me
