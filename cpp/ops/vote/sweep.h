// Walks many masks of one size at once and keeps, along the positions, a tally of who is inside.
//
// The masks wait in a heap, by the position of their next change. A stretch of positions starts at
// the first of them; the changes of every mask inside it are added up by position, in memory that
// stays in the cache, and marked in words of bits. So R runs of n masks cost about R additions,
// R log n comparisons at most, and the words of the stretches that hold changes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "runs/bit_scan.h"
#include "runs/change_heap.h"
#include "runs/runs.h"

namespace me::cpu {

// Writes where the value changes; none is past `end`.
inline void write_toggles(ChangeWriter& writer, const std::int64_t* toggles, std::int64_t n,
                          std::int64_t end) {
  ChangeState state = writer.reserve(n, end);
  for (std::int64_t i = 0; i < n; i++) {
    for (; toggles[i] - state.last > UINT32_MAX; state.last += UINT32_MAX) {
      *state.out++ = UINT32_MAX;
      *state.out++ = 0;
    }
    *state.out++ = static_cast<std::uint32_t>(toggles[i] - state.last);
    state.last = toggles[i];
  }
  writer.commit(state);
}

// A Tally has: Delta, a plain value that is zero when its bytes are; stretch, positions held at a
// time, a multiple of 64; entering(mask) and leaving(mask), Deltas; add(to, delta); and
// keeps(sum), whether a pixel with this sum is foreground.
template <class Tally>
class TallySweep {
 public:
  using Delta = typename Tally::Delta;

  // For masks of `area` pixels.
  TallySweep(const Tally& tally, std::int64_t area, Buffer<std::uint32_t>& counts)
      : tally_(tally),
        counts_(counts),
        area_(area),
        stretch_(std::min((area + 63) / 64 * 64, Tally::stretch)),
        deltas_(stretch_),
        marks_(stretch_ / 64),
        toggles_(stretch_ + 1) {
    if (stretch_ == 0) return;
    std::memset(deltas_.data(), 0, static_cast<std::size_t>(stretch_) * sizeof(Delta));
    std::memset(marks_.data(), 0, static_cast<std::size_t>(stretch_) / 8);
  }

  void run(const RunList* masks, std::int64_t n) {
    const std::int64_t area = area_;
    ChangeHeap heap([masks](std::int64_t i) { return masks[i]; }, n);
    ChangeWriter writer(counts_, 0);
    // Background that is kept starts at position 0, whether or not a mask changes there.
    bool from_start = tally_.keeps(sum_) && area > 0;
    while (from_start || (!heap.empty() && heap.top().at < area)) {
      const std::int64_t base = from_start ? 0 : heap.top().at & ~std::int64_t{63};
      const std::int64_t limit = std::min(base + stretch_, area);
      if (from_start) marks_[0] = 1;
      from_start = false;
      while (!heap.empty() && heap.top().at < limit) {
        collect(heap.top(), base, limit);
        heap.settle();
        poll(50);
      }
      write_toggles(writer, toggles_.data(), scan((limit - base + 63) / 64, base), limit);
    }
    append_split(counts_, area - writer.last());
  }

 private:
  void collect(Changes& given, std::int64_t base, std::int64_t limit) {
    Changes changes = given;  // in registers
    Delta now = changes.inside ? tally_.leaving(changes.mask) : tally_.entering(changes.mask);
    Delta then = changes.inside ? tally_.entering(changes.mask) : tally_.leaving(changes.mask);
    std::uint64_t* const marks = marks_.data();
    Delta* const deltas = deltas_.data();
    do {
      const std::int64_t slot = changes.at - base;
      marks[slot >> 6] |= std::uint64_t{1} << (slot & 63);
      Tally::add(deltas[slot], now);
      std::swap(now, then);
      changes.step();
    } while (changes.at < limit);
    given = changes;
  }

  // Sums up the marked positions and writes those where keeping changes; returns their number.
  std::int64_t scan(std::int64_t words, std::int64_t base) {
    Delta sum = sum_;
    bool keeping = keeping_;
    std::int64_t* const toggles = toggles_.data();
    std::int64_t found = 0;
    const auto take = [&](std::int64_t slot) {
      Tally::add(sum, deltas_[slot]);
      deltas_[slot] = Delta{};
      const bool keep = tally_.keeps(sum);
      toggles[found] = base + slot;  // kept only where it is a change: no branch to foresee
      found += keep != keeping ? 1 : 0;
      keeping = keep;
    };
    for (std::int64_t k = 0; k < words; k++) {
      std::uint64_t marks = marks_[k];
      if (k % 4 == 0 && k + 4 <= words &&
          (marks | marks_[k + 1] | marks_[k + 2] | marks_[k + 3]) == 0) {
        k += 3;
        continue;
      }
      marks_[k] = 0;
      // Whether a word has a mark is hard to foresee, so its last position, which then adds
      // nothing, stands in for the first mark of a word without.
      take(64 * k + lowest_bit(marks | std::uint64_t{1} << 63));
      for (marks &= marks - 1; marks != 0; marks &= marks - 1) take(64 * k + lowest_bit(marks));
    }
    sum_ = sum;
    keeping_ = keeping;
    return found;
  }

  const Tally& tally_;
  Buffer<std::uint32_t>& counts_;
  std::int64_t area_;
  std::int64_t stretch_;
  Buffer<Delta> deltas_;
  Buffer<std::uint64_t> marks_;
  Buffer<std::int64_t> toggles_;
  Delta sum_{};
  bool keeping_ = false;
};

}  // namespace me::cpu
