// Data pages of a Parquet file, before compression: levels, then values.
//
// A level says where a value stands in its row: the definition level whether there is one, the
// repetition level whether it begins a row. They are written as runs of equal levels, a variable-
// length 2 * length and a byte, with their length in bytes before them.
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// Which rows of a column are not null, as Arrow says it: a bit each, or nothing when all are.
struct ValidBits {
  const std::uint8_t* bits;
  std::int64_t first;  // the bit of row 0

  bool operator[](std::int64_t i) const {
    const std::int64_t bit = first + i;
    return bits == nullptr || (bits[bit >> 3] >> (bit & 7) & 1) != 0;
  }
};

// A list or text column: row i has the values [offsets[i], offsets[i + 1]). What lies under a null
// is no value.
struct ListRows {
  const std::int64_t* offsets;
  ValidBits valid;
  std::int64_t n;

  std::int64_t length(std::int64_t i) const {
    return valid[i] ? offsets[i + 1] - offsets[i] : std::int64_t{0};
  }
};

// Starts the page of a column of optional lists of optional values, none of which is null. Gives
// the number of levels.
std::int64_t append_list_levels(const ListRows& rows, Buffer<char>& page);

// Appends the values of every row.
void append_integers(const ListRows& rows, const std::int32_t* values, Buffer<char>& page);

// Appends the first byte of every value, then the second of every one, and so on.
void append_split(const ListRows& rows, const double* values, Buffer<char>& page);

// Starts the page of an optional column.
void append_levels(const ValidBits& valid, std::int64_t n, Buffer<char>& page);

// Appends the text of each row that is not null, its length before it.
void append_texts(const ListRows& rows, const char* text, Buffer<char>& page);

// Which word each row has, of a list of them.
struct WordRows {
  const std::int8_t* word;
  ValidBits valid;
  std::int64_t n;
};

// Appends the word of each row that is not null, its length before it: word i of n_words stands at
// [ends[i], ends[i + 1]) of `text`. Gives false where a row has none of them.
bool append_words(const WordRows& rows, const std::int32_t* ends, const char* text,
                  std::int64_t n_words, Buffer<char>& page);

// The least and the greatest of some numbers.
template <class T>
struct Extent {
  std::int64_t nulls = 0;
  bool known = false;  // there are numbers, and all of them are comparable
  T least{}, most{};
};

// Appends the numbers that are not null: int64, int32, uint8 (as int32) or double.
template <class T>
Extent<T> append_numbers(const T* values, const ValidBits& valid, std::int64_t n,
                         Buffer<char>& page);

}  // namespace me
