#include "ops/rasterize/row_bits.h"

#include <cmath>
#include <cstring>

#include "runs/row_changes.h"
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
  rows_ = 64 * words_for(box.bottom - box.top + 1);
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

const std::uint64_t* RowBits::row(std::int64_t row) {
  const Buffer<std::uint64_t>& words = folded_ ? total_ : words_;
  const std::int64_t n = words_for(box_.right - box_.left);
  row_.resize(n);
  for (std::int64_t k = 0; k < n; k++) row_[k] = words[k * rows_ + row - box_.top];
  return row_.data();
}

// Where a pixel differs from the one above it, in words for 64 rows each, column by column; as many
// words per column as a power of two. Some at a time become places.
class RowBits::Changes {
 public:
  static constexpr std::int64_t most = 1024;

  Changes(RowBits& bits, std::int64_t height)
      : box_(bits.box_), height_(height), words_(bits.changes_), places_(bits.places_) {
    while (std::int64_t{64} << shift_ < bits.rows_) shift_++;
    piece_ = std::min(std::int64_t{1} << shift_, most);
    pieces_ = (std::int64_t{1} << shift_) / piece_;
    words_.resize(most);
    places_.resize(64 * most + kernels::positions_padding);
  }

  // Adds up to 64 columns of the box, of which tile t is words[64 * t + column].
  template <class Sink>
  void add(const std::uint64_t* words, std::int64_t columns, std::int64_t tiles, Sink& sink) {
    if (n_ + (columns << shift_) > most) give(sink);
    if (tiles == 1) return add_low<1, 1>(words, columns);
    if (tiles == 2) return add_low<2, 2>(words, columns);
    if (tiles == 3) return add_low<3, 4>(words, columns);
    if (tiles == 4) return add_low<4, 4>(words, columns);
    for (std::int64_t x = 0; x < columns; x++) add_tall(words + x, tiles, sink);
  }

  template <class Sink>
  void give(Sink& sink) {
    const std::int64_t n = change_kernels().positions(words_.data(), n_, places_.data());
    const std::int64_t rows = std::int64_t{64} << shift_;
    const bool full =
        box_.bottom - box_.top == height_;  // one column may end where the next begins
    sink.room(n);
    for (std::int64_t k = 0; k < n; k++) {
      const std::int64_t bit = 64 * first_ + places_[k];
      const std::int64_t x = bit >> (6 + shift_);
      const std::int64_t at = (box_.left + x) * height_ + box_.top + (bit & (rows - 1));
      if (full) {
        sink.toggle(at);
      } else {
        sink.push(at);
      }
    }
    first_ += n_;
    n_ = 0;
  }

 private:
  static std::uint64_t change(std::uint64_t word, std::uint64_t& carry) {
    const std::uint64_t changes = word ^ (word << 1 | carry);
    carry = word >> 63;
    return changes;
  }

  template <int tiles, int each>
  void add_low(const std::uint64_t* words, std::int64_t columns) {
    std::uint64_t* out = words_.data() + n_;
    for (std::int64_t x = 0; x < columns; x++, out += each) {
      std::uint64_t carry = 0;
      for (int t = 0; t < tiles; t++) out[t] = change(words[64 * t + x], carry);
      if (tiles < each) out[each - 1] = 0;
    }
    n_ += each * columns;
  }

  template <class Sink>
  void add_tall(const std::uint64_t* words, std::int64_t tiles, Sink& sink) {
    std::uint64_t carry = 0;
    std::int64_t t = 0;
    for (std::int64_t piece = 0; piece < pieces_; piece++) {
      if (n_ + piece_ > most) give(sink);
      const std::int64_t here = std::min(piece_, tiles - t);  // the last ones may have none
      std::uint64_t* out = words_.data() + n_;
      for (std::int64_t k = 0; k < here; k++, t++) *out++ = change(words[64 * t], carry);
      for (std::int64_t k = here; k < piece_; k++) *out++ = 0;
      n_ += piece_;
    }
  }

  const PixelBox& box_;
  std::int64_t height_;
  Buffer<std::uint64_t>& words_;
  Buffer<std::uint32_t>& places_;
  int shift_ = 0;                        // 2^shift words per column
  std::int64_t pieces_ = 0, piece_ = 0;  // of a column, and the words of one
  std::int64_t first_ = 0;               // words before those at hand
  std::int64_t n_ = 0;
};

template <class Sink>
void RowBits::give(std::int64_t height, Sink& sink) {
  mirror();
  Changes changes(*this, height);
  const std::int64_t width = box_.right - box_.left;
  for (std::int64_t x = 0; x < width; x += 64) {
    const std::uint64_t* words = words_.data() + x * (rows_ / 64);
    changes.add(words, std::min<std::int64_t>(64, width - x), rows_ / 64, sink);
  }
  changes.give(sink);
}

template void RowBits::give(std::int64_t, CountsSink&);
template void RowBits::give(std::int64_t, PositionsSink&);

}  // namespace me::cpu
