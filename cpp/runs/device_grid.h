// Masks as words of 64 pixels on the GPU, down their columns or along their rows, and where the
// words of each mask lie: by arithmetic where all have one size, else by a table.
#pragma once
#include <cstdint>

#include "base/host_device.h"
#include "base/queue.h"

namespace me::cuda {

// The sides of a mask and what lies before it: words, lines (columns or rows) and pixels.
struct GridItem {
  std::int64_t height = 0, width = 0;
  std::int64_t words = 0, lines = 0, pixels = 0;
};

ME_HD inline std::int64_t words_in(std::int64_t length) { return (length + 63) / 64; }

// Pixels in word k of a line.
ME_HD inline std::int64_t pixels_in(std::int64_t length, std::int64_t k) {
  return length - 64 * k < 64 ? length - 64 * k : 64;
}

// The item to which word w belongs; those without words share their place with the next one.
ME_HD inline std::int64_t item_of_word(const GridItem* items, std::int64_t n, std::int64_t w) {
  std::int64_t first = 0;
  std::int64_t last = n - 1;
  while (first < last) {
    const std::int64_t middle = first + (last - first + 1) / 2;
    if (items[middle].words <= w) {
      first = middle;
    } else {
      last = middle - 1;
    }
  }
  return first;
}

// What both directions share: n masks of one size, or of those in `items`, n + 1 in device memory.
struct Grid {
  std::int64_t n = 0, height = 0, width = 0;  // with `items`: the largest sides
  const GridItem* items = nullptr;
  GridItem end = {};  // with `items`: the last of them, for the host
};

// Words down columns. A column has a last word of its own, whose bits past the height stand for
// nothing.
struct WordGrid : Grid {
  struct Place {
    std::int64_t item, x, y;  // y counts words
    std::int64_t height, width, word;

    ME_HD std::int64_t rows() const { return pixels_in(height, y); }
  };

  ME_HD GridItem item(std::int64_t m) const {
    if (items != nullptr) return items[m];
    return {height, width, m * (width * words_in(height)), m * width, m * (height * width)};
  }
  std::int64_t words() const { return items != nullptr ? end.words : item(n).words; }
  std::int64_t columns() const { return items != nullptr ? end.lines : item(n).lines; }
  std::int64_t pixels() const { return items != nullptr ? end.pixels : item(n).pixels; }

  // Element i where neighbours lie in one column, as the words do in memory.
  ME_HD Place down(std::int64_t i) const {
    if (items == nullptr) return down_one_size(i);
    const std::int64_t m = item_of_word(items, n, i);
    const std::int64_t w = i - items[m].words;
    const std::int64_t per = words_in(items[m].height);
    return {m, w / per, w % per, items[m].height, items[m].width, i};
  }
  ME_HD Place down_one_size(std::int64_t i) const {
    const std::int64_t column = i / words_in(height);
    return {column / width, column % width, i % words_in(height), height, width, i};
  }
  // Element i where neighbours lie in one row, as the pixels of a C-ordered image do.
  ME_HD Place across(std::int64_t i) const {
    if (items == nullptr) return across_one_size(i);
    const std::int64_t m = item_of_word(items, n, i);
    const std::int64_t w = i - items[m].words;
    const std::int64_t per = words_in(items[m].height);
    const std::int64_t x = w % items[m].width;
    const std::int64_t y = w / items[m].width;
    return {m, x, y, items[m].height, items[m].width, items[m].words + x * per + y};
  }
  ME_HD Place across_one_size(std::int64_t i) const {
    const std::int64_t per = words_in(height);
    const std::int64_t row = i / width;
    Place place{row / per, i % width, row % per, height, width, 0};
    place.word = (place.item * width + place.x) * per + place.y;
    return place;
  }
};

// Words along rows; a row has a last word of its own.
struct RowGrid : Grid {
  struct Place {
    std::int64_t item, y, x;  // x counts words
    std::int64_t height, width;

    ME_HD std::int64_t per_row() const { return words_in(width); }
    ME_HD std::int64_t columns() const { return pixels_in(width, x); }
  };

  ME_HD GridItem item(std::int64_t m) const {
    if (items != nullptr) return items[m];
    return {height, width, m * (height * words_in(width)), m * height, m * (height * width)};
  }
  ME_HD std::int64_t words_before(std::int64_t m) const {
    return items != nullptr ? items[m].words : m * (height * words_in(width));
  }
  std::int64_t words() const { return items != nullptr ? end.words : item(n).words; }

  ME_HD Place place(std::int64_t w) const {
    if (items == nullptr) {
      const std::int64_t row = w / words_in(width);
      return {row / height, row % height, w % words_in(width), height, width};
    }
    const std::int64_t m = item_of_word(items, n, w);
    const std::int64_t rest = w - items[m].words;
    const std::int64_t per = words_in(items[m].width);
    return {m, rest / per, rest % per, items[m].height, items[m].width};
  }
};

// A grid, with its table where it needs one.
template <class Kind>
struct HeldGrid {
  Kind grid;
  DeviceArray<GridItem> items;
};

// The grids of n masks of sizes[2 * m] rows and sizes[2 * m + 1] columns, in memory of the host.
// Throws when they have 2^63 pixels or more.
HeldGrid<WordGrid> columns_of(const Queue& queue, const std::int64_t* sizes, std::int64_t n);
HeldGrid<RowGrid> rows_of(const Queue& queue, const std::int64_t* sizes, std::int64_t n);
// The same words as those of columns_of, where the columns are taken for rows.
HeldGrid<RowGrid> columns_as_rows(const Queue& queue, const std::int64_t* sizes, std::int64_t n);

}  // namespace me::cuda
