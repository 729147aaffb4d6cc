// A queue of pixels by cost, for a search in which no cost below the last one taken is added any
// more.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "runs/bit_scan.h"

namespace me::cpu {

// A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, Journal of the ACM 37, 1990): a place waits in
// the bucket of the highest bit in which its key differs from the last one taken, and moves to a
// lower bucket at most once for each bit of the key. An addition is a store, where a binary heap
// walks.
template <class Key>
class MonotoneQueue {
  static_assert(std::is_unsigned<Key>::value, "keys are compared by their bits");

 public:
  struct Entry {
    Key key;
    std::int64_t at;
  };

  // `key` is above the last one taken.
  void push(Key key, std::int64_t at) { bucket_of(key).push_back({key, at}); }

  // The places of the least key, each given to take(at); false when there is none. What
  // is_stale(at) holds of is dropped.
  template <class Stale, class Take>
  bool take_least(Stale is_stale, Take take) {
    for (Buffer<Entry>& bucket : buckets_) {
      Buffer<Entry> waiting;
      waiting.swap(bucket);
      poll(2 * static_cast<double>(waiting.size()));
      const auto stale = [&](const Entry& entry) { return is_stale(entry.at); };
      waiting.truncate(std::remove_if(waiting.begin(), waiting.end(), stale) - waiting.begin());
      if (waiting.empty()) continue;
      const auto less = [](const Entry& a, const Entry& b) { return a.key < b.key; };
      last_ = std::min_element(waiting.begin(), waiting.end(), less)->key;
      for (const Entry& entry : waiting) {
        if (entry.key == last_) {
          take(entry.at);
        } else {
          push(entry.key, entry.at);
        }
      }
      return true;
    }
    return false;
  }

  Key last() const { return last_; }  // taken; 0 before the first

 private:
  Buffer<Entry>& bucket_of(Key key) {
    return buckets_[static_cast<std::size_t>(highest_bit(static_cast<std::uint64_t>(key ^ last_)))];
  }

  std::array<Buffer<Entry>, 8 * sizeof(Key)> buckets_;
  Key last_ = 0;
};

}  // namespace me::cpu
