// Reads the columns of a patch, change by change.
#pragma once
#include <cstdint>

namespace me::cpu {

class PatchColumns {
 public:
  struct Row {
    std::int64_t y, begin, end, pair;
    bool same_row;  // as the change before
  };

  PatchColumns(const std::uint8_t* bytes, std::int64_t n) : at_(bytes), end_(bytes + n) {}

  // The next change. Bytes that end early, or that are no shortest form of a number, make it
  // broken; numbers are otherwise not checked, and do not overflow: y, begin and end of a change
  // that was found to be in an image are below 2^31.
  Row next() {
    const std::uint64_t head = number();
    const auto rows = static_cast<std::int64_t>(head >> 1);
    Row row;
    row.same_row = rows == 0 && started_;
    row.y = y_ + rows;
    if (row.same_row) {
      row.begin = end_of_last_ + static_cast<std::int64_t>(number());
    } else {
      row.begin = row_begin_ = row_begin_ + difference();
    }
    length_ += difference();
    row.end = row.begin + length_;
    other_pair_ = (head & 1) != 0;
    if (other_pair_) pair_ = static_cast<std::int64_t>(number());
    row.pair = pair_;
    y_ = row.y;
    end_of_last_ = row.end;
    started_ = true;
    return row;
  }

  bool broken() const { return broken_; }
  bool done() const { return at_ == end_; }
  // Whether the last change named its pair.
  bool other_pair() const { return other_pair_; }

 private:
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift <= 35; shift += 7) {  // six bytes are more than any number needs
      if (at_ == end_) break;
      const std::uint8_t byte = *at_++;
      value |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) {
        broken_ |= byte == 0 && shift > 0;
        return value;
      }
    }
    broken_ = true;
    return 0;
  }

  std::int64_t difference() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::int64_t y_ = 0;
  std::int64_t row_begin_ = 0;
  std::int64_t end_of_last_ = 0;
  std::int64_t length_ = 0;
  std::int64_t pair_ = -1;
  bool started_ = false;
  bool broken_ = false;
  bool other_pair_ = false;
};

}  // namespace me::cpu
