// Bytes from nowhere as numbers, masks and label maps. Behind the end there are zeros.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/view.h"
#include "runs/runs.h"

namespace fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  std::int64_t left() const { return end_ - at_; }
  const std::uint8_t* at() const { return at_; }
  std::uint8_t byte() { return at_ == end_ ? std::uint8_t{0} : *at_++; }
  bool flag() { return (byte() & 1) != 0; }
  // In [0, n), of as many bytes as n takes.
  std::int64_t below(std::int64_t n) {
    std::uint64_t value = byte();
    for (std::int64_t most = 256; most < n && most < (std::int64_t{1} << 56); most <<= 8) {
      value = value << 8 | byte();
    }
    return static_cast<std::int64_t>(value % static_cast<std::uint64_t>(n));
  }
  template <class T>
  T value() {
    unsigned char bytes[sizeof(T)];
    for (unsigned char& b : bytes) b = byte();
    T out;
    std::memcpy(&out, bytes, sizeof out);
    return out;
  }
  // Up to the next zero byte, which is skipped, or to the end.
  std::string text() {
    const std::uint8_t* stop = std::find(at_, end_, std::uint8_t{0});
    std::string out(at_, stop);
    at_ = stop == end_ ? end_ : stop + 1;
    return out;
  }
  // All that is left, as text.
  std::string rest() {
    std::string out(at_, end_);
    at_ = end_;
    return out;
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

// A grid of values, row by row: 0 and 1 for a mask.
struct Grid {
  std::int64_t height = 0, width = 0;
  std::vector<std::uint64_t> all;

  Grid(std::int64_t h, std::int64_t w)
      : height(h), width(w), all(static_cast<std::size_t>(h * w), 0) {}
  bool has(std::int64_t y, std::int64_t x) const {
    return y >= 0 && y < height && x >= 0 && x < width;
  }
  std::uint64_t& at(std::int64_t y, std::int64_t x) {
    return all[static_cast<std::size_t>(y * width + x)];
  }
  std::uint64_t at(std::int64_t y, std::int64_t x) const {
    return all[static_cast<std::size_t>(y * width + x)];
  }
  bool operator==(const Grid& other) const {
    return height == other.height && width == other.width && all == other.all;
  }
  me::Size size() const { return {height, width}; }
  std::int64_t area() const {
    return std::count_if(all.begin(), all.end(), [](std::uint64_t v) { return v != 0; });
  }
  // '#' for what is not 0 and '.' for 0, row after row.
  std::string drawn() const {
    std::string text;
    for (const std::uint64_t value : all) text += value != 0 ? '#' : '.';
    return text;
  }
};

// Values below `values`: a byte says for how many pixels one goes on and which it is.
inline Grid read_grid(Input& input, std::int64_t height, std::int64_t width, std::uint64_t values) {
  Grid grid(height, width);
  std::size_t k = 0;
  while (k < grid.all.size() && input.left() > 0) {
    const std::uint64_t byte = input.byte();
    const std::uint64_t value = byte % values;
    // of a few pixels mostly, at times of more than a word of bits
    for (std::uint64_t n = byte >= 240 ? 70 : 1 + byte / values % 5; n > 0; n--) {
      if (k < grid.all.size()) grid.all[k++] = value;
    }
  }
  return grid;
}

// Small, as what checks it is slow: and one side at times of about one or two words of bits.
inline me::Size read_size(Input& input) {
  const auto side = [&] {
    const std::int64_t byte = input.byte();
    return byte < 200 ? byte % 20 : 60 + byte % 75;
  };
  me::Size size{side(), side()};
  if (size.height > 20) size.width %= 12;
  if (size.width > 20) size.height %= 12;
  return size;
}

// Appends a mask's runs by walking its pixels; `odd` puts runs of length zero among them.
inline void append_runs(const Grid& mask, me::Runs& runs, std::uint64_t odd = 0) {
  std::uint32_t count = 0;
  bool value = false;
  for (std::int64_t x = 0; x < mask.width; x++) {
    for (std::int64_t y = 0; y < mask.height; y++) {
      if ((mask.at(y, x) != 0) != value) {
        runs.counts.push_back(count);
        value = !value;
        count = 0;
      }
      count++;
      if (odd != 0 && static_cast<std::uint64_t>(x * mask.height + y) % odd == 0) {
        runs.counts.push_back(count);
        runs.counts.push_back(0);
        count = 0;
      }
    }
  }
  runs.counts.push_back(count);
  runs.end_item(mask.size());
}

inline me::Runs runs_of(const Grid& mask, std::uint64_t odd = 0) {
  me::Runs runs;
  append_runs(mask, runs, odd);
  return runs;
}

// The pixels of a mask, from its counts alone. False where they do not fill it exactly.
inline bool read_runs(const me::RunList& runs, Grid& mask) {
  const std::int64_t area = mask.height * mask.width;
  std::int64_t position = 0;
  for (std::int64_t k = 0; k < runs.n; k++) {
    for (std::int64_t n = runs.counts[k]; n > 0; n--, position++) {
      if (position == area) return false;
      mask.at(position % mask.height, position / mask.height) = static_cast<std::uint64_t>(k % 2);
    }
  }
  return position == area && runs.size == mask.size();
}

inline bool same(const me::Runs& a, const me::Runs& b) {
  return std::equal(a.counts.begin(), a.counts.end(), b.counts.begin(), b.counts.end()) &&
         std::equal(a.offsets.begin(), a.offsets.end(), b.offsets.begin(), b.offsets.end()) &&
         std::equal(a.sizes.begin(), a.sizes.end(), b.sizes.begin(), b.sizes.end());
}

// Turns the small values of a grid into bit patterns of an element type: 0 stays, the others become
// any, the highest bit among them.
inline void spread_values(Grid& grid, me::Element element, std::uint64_t seed) {
  const std::int64_t bits = 8 * me::element_bytes(element);
  for (std::uint64_t& value : grid.all) {
    if (value == 0) continue;
    if (seed % 4 == 1) value = ~value;
    if (seed % 4 == 2) value *= 0x9E3779B97F4A7C15u;
    if (seed % 4 == 3) value = value << (bits - 3) | value;
    if (bits < 64) value &= (std::uint64_t{1} << bits) - 1;
  }
}

// A grid as an array of integers of some type, rows or columns first, with gaps.
class Array {
 public:
  Array(std::int64_t height, std::int64_t width, me::Element element, int layout)
      : bytes_(me::element_bytes(element)) {
    const std::int64_t step = bytes_ * (1 + layout / 2 % 2);
    const bool rows = layout % 2 == 0;
    const std::int64_t row_stride = rows ? step * width : step;
    const std::int64_t column_stride = rows ? step : step * height;
    memory_.assign(static_cast<std::size_t>(step * height * width + 8), '\x7e');
    char* const data =
        memory_.data() + (8 - reinterpret_cast<std::uintptr_t>(memory_.data()) % 8) % 8;
    view_ = {data, element, 1, height, width, 0, row_stride, column_stride};
    if (layout / 4 % 2 == 1 && height > 0) {  // upside down
      view_.data += (height - 1) * row_stride;
      view_.row_stride = -row_stride;
    }
  }
  Array(const Grid& grid, me::Element element, int layout)
      : Array(grid.height, grid.width, element, layout) {
    for (std::int64_t y = 0; y < grid.height; y++) {
      for (std::int64_t x = 0; x < grid.width; x++) {
        const std::uint64_t value = grid.at(y, x);
        std::memcpy(pixel(y, x), &value, static_cast<std::size_t>(bytes_));  // little-endian
      }
    }
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  me::MutableMaskView out() const { return view_; }
  me::MaskView view() const {
    return {view_.data,       view_.element,      1, view_.height, view_.width, 0,
            view_.row_stride, view_.column_stride};
  }
  std::uint64_t at(std::int64_t y, std::int64_t x) const {
    std::uint64_t value = 0;
    std::memcpy(&value, pixel(y, x), static_cast<std::size_t>(bytes_));
    return value;
  }
  Grid grid() const {
    Grid out(view_.height, view_.width);
    for (std::int64_t y = 0; y < out.height; y++) {
      for (std::int64_t x = 0; x < out.width; x++) out.at(y, x) = at(y, x);
    }
    return out;
  }

 private:
  char* pixel(std::int64_t y, std::int64_t x) const {
    return view_.data + y * view_.row_stride + x * view_.column_stride;
  }

  std::int64_t bytes_;
  std::vector<char> memory_;
  me::MutableMaskView view_{};
};

}  // namespace fuzz
