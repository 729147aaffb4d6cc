// A set of 64-bit ids that says which were there before.
#pragma once
#include <cstdint>

#include "base/buffer.h"

namespace me {

class IdSet {
 public:
  // Adds `id`; false when it was there.
  bool add(std::int64_t id) {
    if (id == 0) {  // 0 marks an empty slot
      const bool is_new = !has_zero_;
      has_zero_ = true;
      return is_new;
    }
    if (2 * (n_ + 1) > slots_.size()) rehash();
    std::int64_t& slot = find(id);
    if (slot == id) return false;
    slot = id;
    n_++;
    return true;
  }

 private:
  std::int64_t& find(std::int64_t id) {
    const std::uint64_t mask = static_cast<std::uint64_t>(slots_.size()) - 1;
    std::uint64_t hash = static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
    for (std::uint64_t i = hash & mask;; i = (i + 1) & mask) {
      std::int64_t& slot = slots_[static_cast<std::int64_t>(i)];
      if (slot == id || slot == 0) return slot;
    }
  }

  void rehash() {
    Buffer<std::int64_t> old;
    old.swap(slots_);
    const std::int64_t wanted = old.empty() ? 1024 : 2 * old.size();
    std::int64_t* first = slots_.grow(wanted);
    for (std::int64_t i = 0; i < wanted; i++) first[i] = 0;
    for (const std::int64_t id : old) {
      if (id != 0) find(id) = id;
    }
  }

  Buffer<std::int64_t> slots_;
  std::int64_t n_ = 0;
  bool has_zero_ = false;
};

}  // namespace me
