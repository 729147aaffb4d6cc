#include "ops/rasterize/row_bits.h"

#include <cmath>
#include <cstring>

#include "runs/bit_scan.h"
#include "runs/toggles.h"

namespace me::cpu {
namespace {

std::int64_t cut(double value, std::int64_t limit) {
  return static_cast<std::int64_t>(std::min(std::max(value, 0.0), static_cast<double>(limit)));
}

}  // namespace

PixelBox Extent::box(double margin, const Size& size) const {
  if (left > right) return {};
  return {cut(std::floor(left) - margin, size.width), cut(std::floor(top) - margin, size.height),
          cut(std::floor(right) + 1.0 + margin, size.width),
          cut(std::floor(bottom) + 1.0 + margin, size.height)};
}

void RowBits::start(const PixelBox& box) {
  box_ = box;
  folded_ = false;
  rows_ = 64 * words_for(box.bottom - box.top);
  words_.resize(rows_ * words_for(box.right - box.left));
  std::memset(words_.data(), 0, static_cast<std::size_t>(words_.size()) * sizeof(std::uint64_t));
}

void RowBits::fold() {
  if (folded_) {
    for (std::int64_t k = 0; k < words_.size(); k++) total_[k] ^= words_[k];
  } else {
    total_.clear();
    total_.append(words_.data(), words_.size());
  }
  folded_ = true;
  std::memset(words_.data(), 0, static_cast<std::size_t>(words_.size()) * sizeof(std::uint64_t));
}

void RowBits::mirror() {
  if (folded_) words_.swap(total_);
  const auto transpose = bit_kernels().transpose;
  for (std::int64_t k = 0; k < words_.size(); k += 64) transpose(words_.data() + k);
}

// Column by column, a word for 64 rows each: a set bit of word ^ (word << 1 | carry) is a toggle.
template <class Sink>
void RowBits::give(std::int64_t height, Sink& sink) {
  mirror();
  const std::int64_t n = box_.bottom - box_.top;
  const std::int64_t tiles = rows_ / 64;
  for (std::int64_t x = 0; x < box_.right - box_.left; x++) {
    const std::uint64_t* word = words_.data() + (x >> 6) * rows_ + (x & 63);
    const std::int64_t top = (box_.left + x) * height + box_.top;
    std::uint64_t carry = 0;
    for (std::int64_t t = 0; t < tiles; t++, word += 64) {
      if (t % 16 == 0) sink.room(16 * 64);
      std::uint64_t changes = *word ^ (*word << 1 | carry);
      carry = *word >> 63;
      if (changes == 0) continue;
      // only the first toggle of a column can meet the last one
      sink.toggle(top + 64 * t + lowest_bit(changes));
      for (changes &= changes - 1; changes != 0; changes &= changes - 1) {
        sink.push(top + 64 * t + lowest_bit(changes));
      }
    }
    if (carry != 0) {  // the rows end with a tile, which is set to its end
      sink.room(1);
      sink.push(top + n);
    }
  }
}

template void RowBits::give(std::int64_t, CountsSink&);
template void RowBits::give(std::int64_t, PositionsSink&);

}  // namespace me::cpu
