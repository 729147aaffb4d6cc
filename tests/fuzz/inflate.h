// A slow reader of zlib streams, after RFC 1950 and RFC 1951 alone: the other side of what the
// engine writes. Anything against these stops the target.
#pragma once
#include <cstdint>
#include <vector>

#include "expect.h"

namespace fuzz {

class Inflater {
 public:
  Inflater(const std::uint8_t* data, std::int64_t n) : at_(data), end_(data + n) {}

  std::vector<std::uint8_t> run() {
    const std::uint32_t cmf = byte(), flg = byte();
    EXPECT(cmf % 16 == 8 && cmf / 16 <= 7 && (cmf * 256 + flg) % 31 == 0 && (flg & 32) == 0);
    for (bool last = false; !last;) {
      last = bits(1) != 0;
      const std::uint32_t kind = bits(2);
      EXPECT(kind < 3);
      if (kind == 0) {
        stored();
      } else {
        if (kind == 1) fix_codes();
        if (kind == 2) read_codes();
        block();
      }
    }
    count_ = 0;
    std::uint32_t sum = 0, a = 1, b = 0;
    for (int i = 0; i < 4; i++) sum = sum << 8 | byte();
    for (const std::uint8_t value : out_) {
      a = (a + value) % 65521;
      b = (b + a) % 65521;
    }
    EXPECT(sum == (b << 16 | a) && at_ == end_);
    return out_;
  }

 private:
  struct Code {
    std::vector<int> lengths;
    std::vector<int> sorted;
    int counts[16] = {};

    void set(std::vector<int> all) {
      lengths = std::move(all);
      sorted.clear();
      for (int& count : counts) count = 0;
      for (int bits = 1; bits < 16; bits++) {
        for (std::size_t k = 0; k < lengths.size(); k++) {
          if (lengths[k] != bits) continue;
          sorted.push_back(static_cast<int>(k));
          counts[bits]++;
        }
      }
      std::int64_t room = 1;  // codes of each length that are left
      for (int bits = 1; bits < 16; bits++) {
        room = 2 * room - counts[bits];
        EXPECT(room >= 0);
      }
    }
  };

  std::uint8_t byte() {
    EXPECT(at_ != end_);
    return *at_++;
  }
  std::uint32_t bits(int n) {
    std::uint32_t value = 0;
    for (int i = 0; i < n; i++) {
      if (count_ == 0) {
        held_ = byte();
        count_ = 8;
      }
      value |= (held_ & 1u) << i;
      held_ >>= 1;
      count_--;
    }
    return value;
  }
  int symbol(const Code& code) {
    int value = 0, first = 0, index = 0;
    for (int length = 1; length < 16; length++) {
      value = value << 1 | static_cast<int>(bits(1));
      if (value - first < code.counts[length]) {
        return code.sorted[static_cast<std::size_t>(index + value - first)];
      }
      index += code.counts[length];
      first = (first + code.counts[length]) << 1;
    }
    EXPECT(!"a code of the block");
    return 0;
  }
  void stored() {
    count_ = 0;
    const std::uint32_t n = byte() | static_cast<std::uint32_t>(byte()) << 8;
    const std::uint32_t inverse = byte() | static_cast<std::uint32_t>(byte()) << 8;
    EXPECT((n ^ inverse) == 0xffff);
    for (std::uint32_t i = 0; i < n; i++) out_.push_back(byte());
  }
  void fix_codes() {
    std::vector<int> lengths(288, 8);
    for (std::size_t k = 144; k < 256; k++) lengths[k] = 9;
    for (std::size_t k = 256; k < 280; k++) lengths[k] = 7;
    literals_.set(lengths);
    distances_.set(std::vector<int>(30, 5));
  }
  void read_codes() {
    const std::size_t n = bits(5) + 257, m = bits(5) + 1, k = bits(4) + 4;
    EXPECT(n <= 286 && m <= 30);
    const int order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    std::vector<int> all(19, 0);
    for (std::size_t i = 0; i < k; i++) all[static_cast<std::size_t>(order[i])] = int(bits(3));
    Code lengths;
    lengths.set(all);
    all.clear();
    while (all.size() < n + m) {
      const int next = symbol(lengths);
      EXPECT(next != 16 || !all.empty());
      const int value = next < 16 ? next : next == 16 ? all.back() : 0;
      const std::uint32_t times = next < 16    ? 1
                                  : next == 16 ? 3 + bits(2)
                                  : next == 17 ? 3 + bits(3)
                                               : 11 + bits(7);
      all.insert(all.end(), times, value);
    }
    EXPECT(all.size() == n + m && all[256] != 0);
    literals_.set({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n)});
    distances_.set({all.begin() + static_cast<std::ptrdiff_t>(n), all.end()});
  }
  void block() {
    for (;;) {
      const int next = symbol(literals_);
      if (next == 256) return;
      if (next < 256) {
        out_.push_back(static_cast<std::uint8_t>(next));
        continue;
      }
      EXPECT(next < 286);
      int extra = next < 265 || next == 285 ? 0 : (next - 261) / 4;
      const int base = next < 265    ? next - 254
                       : next == 285 ? 258
                                     : (((next - 265) % 4 + 4) << extra) + 3;
      const std::size_t length = static_cast<std::size_t>(base) + bits(extra);
      const int code = symbol(distances_);
      EXPECT(code < 30);
      extra = code < 4 ? 0 : (code - 2) / 2;
      const int from = code < 4 ? code + 1 : ((code % 2 + 2) << extra) + 1;
      const std::size_t distance = static_cast<std::size_t>(from) + bits(extra);
      EXPECT(distance <= out_.size());
      for (std::size_t i = 0; i < length; i++) out_.push_back(out_[out_.size() - distance]);
    }
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint32_t held_ = 0;
  int count_ = 0;
  Code literals_, distances_;
  std::vector<std::uint8_t> out_;
};

}  // namespace fuzz
