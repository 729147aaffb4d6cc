// The changes of value of many masks, by position: what a sweep over all of them follows.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// The changes of value of one mask, in order.
struct Changes {
  std::int64_t at;  // position of the next one; INT64_MAX after the last
  const std::uint32_t* next;
  const std::uint32_t* end;
  std::int64_t mask;
  bool inside;  // before that position

  void step() {
    inside = !inside;
    at = next == end ? INT64_MAX : at + *next++;
  }
};

class ChangeHeap {
 public:
  // masks(i) gives the RunList of mask i of n.
  template <class Masks>
  ChangeHeap(Masks masks, std::int64_t n) {
    heap_.reserve(n);
    for (std::int64_t i = 0; i < n; i++) {
      const RunList runs = masks(i);
      if (runs.n < 2) continue;
      heap_.push_back({runs.counts[0], runs.counts + 1, runs.counts + runs.n, i, false});
    }
    std::make_heap(heap_.begin(), heap_.end(), later);
  }

  bool empty() const { return heap_.empty(); }
  Changes& top() { return heap_[0]; }

  // Call after the changes of top() moved on.
  void settle() {
    const Changes moved = heap_[0];
    const std::int64_t n = heap_.size();
    std::int64_t hole = 0;
    for (std::int64_t child = 1; child < n; child = 2 * hole + 1) {
      if (child + 1 < n && heap_[child + 1].at < heap_[child].at) child++;
      if (moved.at <= heap_[child].at) break;
      heap_[hole] = heap_[child];
      hole = child;
    }
    heap_[hole] = moved;
  }

 private:
  static bool later(const Changes& a, const Changes& b) { return a.at > b.at; }

  Buffer<Changes> heap_;
};

}  // namespace me
