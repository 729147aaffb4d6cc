#include "runs/pack_changes.h"

#include "runs/bit_scan.h"
#include "runs/bits.h"

namespace me {
namespace {

// The changes of words [first, n_words) of eight rows of bits, which lie side by side.
void find_changes(const std::uint64_t* rows, std::int64_t n_rows, std::int64_t first,
                  std::int64_t n_words, std::uint32_t y, kernels::ChangeList& list) {
  const auto lowest = [](std::uint64_t word) {
    return static_cast<std::uint32_t>(lowest_bit(word));
  };
  for (std::int64_t k = first; k < n_words; k++) {
    std::uint64_t changes[kernels::change_rows] = {};
    std::uint64_t any = 0;
    std::uint64_t twice = 0;
    for (std::int64_t r = 0; r < n_rows; r++) {
      const std::uint64_t word = rows[r * (n_words - first) + k - first];
      changes[r] = word ^ list.above[k];
      twice |= any & changes[r];
      any |= changes[r];
      list.above[k] = word;
    }
    if (any != 0) kernels::list_changes(changes, any, twice, k, y, list, lowest);
  }
}

}  // namespace

ChangePacker::ChangePacker(const RowPacker& pack, std::int64_t width, std::int64_t row_stride)
    : pack_(pack), width_(width), row_stride_(row_stride) {
  constexpr std::int64_t page = 4096;  // shorter rows come in faster one after the other
  if (!pack.takes_bytes() || width < page) return;
  kernel_ = select<kernels::PackChanges>(nullptr, ME_X86(&kernels::pack_changes_avx2),
                                         ME_X86(&kernels::pack_changes_avx512));
  if (kernel_ != nullptr) whole_ = width / 64;
}

void ChangePacker::operator()(const char* rows, std::int64_t n_rows, std::uint32_t y,
                              std::uint64_t* words, kernels::ChangeList& list) const {
  const std::int64_t whole = n_rows == kernels::change_rows ? whole_ : 0;
  if (whole > 0) {
    kernel_(reinterpret_cast<const std::uint8_t*>(rows), row_stride_, whole, y, list);
  }
  const std::int64_t left = width_ - 64 * whole;
  if (left == 0) return;
  const std::int64_t per_row = words_for(left);
  for (std::int64_t r = 0; r < n_rows; r++) {
    pack_(rows + r * row_stride_ + 64 * whole * pack_.stride(), left, words + r * per_row);
  }
  find_changes(words, n_rows, whole, whole + per_row, y, list);
}

}  // namespace me
