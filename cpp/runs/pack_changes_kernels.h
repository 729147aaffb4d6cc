// Eight rows of values -> the list of pixels that differ from the one above. Pays where few do.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

inline constexpr std::int64_t change_rows = 8;

// Where changes are listed. An entry is column << 16 | row: both are below 2^16.
struct ChangeList {
  std::uint64_t* above;       // the row above, as bits; in the end the last row taken
  std::uint32_t* per_column;  // how many changes each column has
  std::uint32_t* next;        // has room for one entry per pixel that is taken
};

// Takes rows y to y + 7 of 64 * n_words bytes each (nonzero is foreground), `row_stride` apart.
// Within a column, changes are listed from top to bottom.
using PackChanges = void (*)(const std::uint8_t* rows, std::int64_t row_stride,
                             std::int64_t n_words, std::uint32_t y, ChangeList& list);

void pack_changes_avx2(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
                       std::uint32_t y, ChangeList& list);
void pack_changes_avx512(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
                         std::uint32_t y, ChangeList& list);

// Lists the changes of one word of columns: bits of eight rows that differ from the row above,
// `any` their union, `twice` the columns with more than one. Each file has a copy of its own,
// compiled for its instructions.
namespace {

// The same word eight rows on, which the next call reads: by then it has come from memory. It goes
// to the second cache, for in the first one rows of whole pages push each other out.
inline void prefetch_next(const std::uint8_t* first, std::int64_t row_stride) {
#ifdef __GNUC__
  // Not as a pointer: it may lie behind the image.
  auto place = reinterpret_cast<std::uintptr_t>(first) +
               static_cast<std::uintptr_t>(change_rows * row_stride);
  for (int r = 0; r < change_rows; r++, place += static_cast<std::uintptr_t>(row_stride)) {
    __builtin_prefetch(reinterpret_cast<const void*>(place), 0, 2);
  }
#else
  (void)first, (void)row_stride;
#endif
}

template <class LowestBit>
inline void list_changes(const std::uint64_t* changes, std::uint64_t any, std::uint64_t twice,
                         std::int64_t word, std::uint32_t y, ChangeList& list,
                         LowestBit lowest_bit) {
  std::uint32_t* const per_column = list.per_column + 64 * word;
  std::uint32_t* next = list.next;
  const std::uint32_t corner = static_cast<std::uint32_t>(word) << 22 | y;
  const auto add = [&](std::uint32_t column, std::uint32_t row) {
    *next++ = (corner | column << 16) + row;
    per_column[column]++;
  };
  if (twice == 0) {  // column by column: the row has three bits, each a union of rows
    const std::uint64_t low = changes[1] | changes[3] | changes[5] | changes[7];
    const std::uint64_t middle = changes[2] | changes[3] | changes[6] | changes[7];
    const std::uint64_t high = changes[4] | changes[5] | changes[6] | changes[7];
    for (; any != 0; any &= any - 1) {
      const std::uint32_t column = lowest_bit(any);
      add(column, static_cast<std::uint32_t>((low >> column & 1) | (middle >> column & 1) << 1 |
                                             (high >> column & 1) << 2));
    }
  } else {
    for (std::uint32_t row = 0; row < change_rows; row++) {
      for (std::uint64_t left = changes[row]; left != 0; left &= left - 1) {
        add(lowest_bit(left), row);
      }
    }
  }
  list.next = next;
}

// Eight rows side by side are eight streams from memory, which come in faster than one; and they
// are looked at while the next ones are on their way. `Cpu` is a type of the including file.
template <class Cpu>
inline void pack_changes(const std::uint8_t* rows, std::int64_t row_stride, std::int64_t n_words,
                         std::uint32_t y, ChangeList& list) {
  ChangeList own = list;
  for (std::int64_t k = 0; k < n_words; k++) {
    const std::uint8_t* const first = rows + 64 * k;
    prefetch_next(first, row_stride);
    std::uint64_t above = own.above[k];
    if (Cpu::nonzero(first) == above && Cpu::repeats(first, row_stride)) continue;
    std::uint64_t changes[change_rows];
    std::uint64_t any = 0;
    std::uint64_t twice = 0;
    const std::uint8_t* row = first;
    for (int r = 0; r < change_rows; r++, row += row_stride) {
      const std::uint64_t word = Cpu::nonzero(row);
      changes[r] = word ^ above;
      twice |= any & changes[r];
      any |= changes[r];
      above = word;
    }
    own.above[k] = above;
    if (any != 0) list_changes(changes, any, twice, k, y, own, Cpu::lowest_bit);
  }
  list = own;
}

}  // namespace

}  // namespace me::kernels
