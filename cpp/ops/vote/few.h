// Walks a few masks of one size from change to change, without a branch on whose change it is.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "ops/vote/sweep.h"
#include "runs/bit_scan.h"
#include "runs/runs.h"

namespace me::cpu {

constexpr std::int64_t few_masks = 4;

template <int N>
class FewSweep {
 public:
  FewSweep(const RunList* masks, std::uint64_t kept, Buffer<std::uint32_t>& counts)
      : kept_(kept), counts_(counts), area_(masks[0].size.area()), toggles_(some + 1) {
    for (int i = 0; i < N; i++) {
      begin_[i] = masks[i].counts;
      next_[i] = masks[i].counts + 1;
      at_[i] = masks[i].counts[0];
    }
  }

  void run() {
    ChangeWriter writer(counts_, 0);
    // Background that is kept starts at position 0, whether or not a mask changes there.
    if ((kept_ & 1) != 0 && area_ > 0) {
      toggles_[found_++] = 0;
      keeping_ = true;
    }
    while (walk()) {
      // The last one stays: a run of no pixels may take it back.
      write_toggles(writer, toggles_.data(), found_ - 1, area_);
      toggles_[0] = toggles_[found_ - 1];
      found_ = 1;
      poll(5.0 * some);
    }
    write_toggles(writer, toggles_.data(), found_, area_);
    append_split(counts_, area_ - writer.last());
  }

 private:
  static constexpr std::int64_t some = 4096;

  // Up to the end, or until there are `some` toggles: true.
  bool walk() {
    std::int64_t* const toggles = toggles_.data();
    std::int64_t found = found_;
    std::uint64_t inside = inside_;
    bool keeping = keeping_;
    std::int64_t position = 0;
    while (found < some) {
      position = at_[0];
      for (int i = 1; i < N; i++) position = std::min(position, at_[i]);
      if (position >= area_) break;
      for (int i = 0; i < N; i++) {
        const bool here = at_[i] == position;
        inside ^= static_cast<std::uint64_t>(here) << i;
        // Of those that change later, any count will do: none is read past the last.
        const std::int64_t length = *(here ? next_[i] : begin_[i]);
        at_[i] += here ? length : 0;
        next_[i] += here ? 1 : 0;
      }
      const bool keep = (kept_ >> inside & 1) != 0;
      if (found > 0 && toggles[found - 1] == position && keep != keeping) {
        found--;
      } else {
        toggles[found] = position;  // kept only where it is a change: no branch to foresee
        found += keep != keeping ? 1 : 0;
      }
      keeping = keep;
    }
    found_ = found;
    inside_ = inside;
    keeping_ = keeping;
    return position < area_;
  }

  const std::uint32_t* begin_[N];
  const std::uint32_t* next_[N];
  std::int64_t at_[N];  // the next change of each; the area after the last
  std::uint64_t kept_;
  Buffer<std::uint32_t>& counts_;
  std::int64_t area_;
  Buffer<std::int64_t> toggles_;
  std::int64_t found_ = 0;
  std::uint64_t inside_ = 0;
  bool keeping_ = false;
};

// For n masks of one size, n in [1, few_masks].
inline void sweep_few(const RunList* masks, std::int64_t n, std::uint64_t kept,
                      Buffer<std::uint32_t>& counts) {
  switch (n) {
    case 1:
      return FewSweep<1>(masks, kept, counts).run();
    case 2:
      return FewSweep<2>(masks, kept, counts).run();
    case 3:
      return FewSweep<3>(masks, kept, counts).run();
    default:
      return FewSweep<4>(masks, kept, counts).run();
  }
}

}  // namespace me::cpu
