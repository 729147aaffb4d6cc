// Data pages of a Parquet file, before compression: levels, then values.
//
// A level says where a value stands in its row: the definition level whether there is one, the
// repetition level whether it begins a row. They are written as runs of equal levels, a variable-
// length 2 * length and a byte, with their length in bytes before them.
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

// A list column: row i has the values [offsets[i], offsets[i + 1]), where offsets begin at 0; it is
// null, and then without values, where valid[i] is 0.
struct ListRows {
  const std::int64_t* offsets;
  const std::uint8_t* valid;
  std::int64_t n;
};

// Starts the page of a column of optional lists of optional values, none of which is null. Gives
// the number of levels.
std::int64_t append_list_levels(const ListRows& rows, Buffer<char>& page);

// Starts the page of an optional column.
void append_levels(const std::uint8_t* valid, std::int64_t n, Buffer<char>& page);

// Appends the first byte of every value, then the second of every one, and so on.
void append_split(const double* values, std::int64_t n, Buffer<char>& page);

// Appends the text of each row that is not null, its length before it.
void append_texts(const ListRows& rows, const char* text, Buffer<char>& page);

}  // namespace me
