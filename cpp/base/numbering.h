// Numbers 64-bit values 0, 1, 2, ... in the order of their first appearance.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/poll_some.h"

namespace me {

class Numbering {
 public:
  std::uint32_t number_of(std::uint64_t value) {
    if (value < small_values) {
      std::uint32_t& slot = small_[value];
      if (slot == 0) slot = add(value);
      return slot - 1;
    }
    if (value == last_value_) return last_number_;
    if (2 * (values_.size() + 1) > slots_.size()) rehash();
    std::uint32_t& slot = find(value);
    if (slot == 0) slot = add(value);
    last_value_ = value;
    last_number_ = slot - 1;
    return last_number_;
  }

  // The number of a value that has one; -1 of another.
  std::int64_t find_number(std::uint64_t value) const {
    if (value < small_values) return std::int64_t{small_[value]} - 1;
    if (slots_.empty()) return -1;
    return std::int64_t{slots_[place_of(value)]} - 1;
  }

  // By number.
  const Buffer<std::uint64_t>& values() const { return values_; }

 private:
  // Classes: they are looked up without a hash, and without asking whether it is the last again.
  static constexpr std::uint64_t small_values = 256;

  // Returns its number, plus one.
  std::uint32_t add(std::uint64_t value) {
    values_.push_back(value);
    return static_cast<std::uint32_t>(values_.size());
  }

  // The number, plus one, of the value; 0 where it would go.
  std::uint32_t& find(std::uint64_t value) { return slots_[place_of(value)]; }

  // Its slot.
  std::int64_t place_of(std::uint64_t value) const {
    const auto mask = static_cast<std::uint64_t>(slots_.size()) - 1;
    std::uint64_t hash = value * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
    for (std::uint64_t i = hash & mask;; i = (i + 1) & mask) {
      const std::uint32_t slot = slots_[static_cast<std::int64_t>(i)];
      if (slot == 0 || values_[slot - 1] == value) return static_cast<std::int64_t>(i);
    }
  }

  void rehash() {
    slots_.resize(slots_.empty() ? 256 : 2 * slots_.size());
    std::fill(slots_.begin(), slots_.end(), 0u);
    for (std::int64_t k = 0; k < values_.size(); k++) {
      poll_some(k, 10);
      if (values_[k] >= small_values) find(values_[k]) = static_cast<std::uint32_t>(k + 1);
    }
  }

  std::uint32_t small_[small_values] = {};  // the number, plus one, or 0
  Buffer<std::uint32_t> slots_;
  Buffer<std::uint64_t> values_;
  std::uint64_t last_value_ = 0;  // small: none
  std::uint32_t last_number_ = 0;
};

}  // namespace me
