// Writes the canonical runs of one mask from its foreground spans, given in order.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/limits.h"
#include "base/tuning.h"
#include "runs/runs.h"

namespace me {

// Faster than RunBuilder where spans are known: no branch on the value, two counts per write.
class SpanWriter {
 public:
  // The mask may have at most `limit` runs: what is written can be far larger than what was read.
  explicit SpanWriter(Buffer<std::uint32_t>& counts,
                      std::int64_t limit = limit_of(Limit::mask_runs))
      : counts_(counts), start_(counts.size()), used_(start_), room_(start_), limit_(limit) {}

  // Adds the foreground [begin, end): begin < end, and begin is not before the end of the last.
  void add(std::int64_t begin, std::int64_t end) {
    if (begin != end_) {
      if (end_ != begin_) flush();
      begin_ = begin;
    }
    end_ = end;
  }

  // Ends a mask of `area` pixels.
  void finish(std::int64_t area) {
    if (end_ != begin_) flush();
    if (area > written_ || used_ == start_) {
      make_room();
      put(area - written_);
    }
    counts_.truncate(used_);
  }

 private:
  void flush() {
    if (room_ - used_ < 2) make_room();
    const std::int64_t gap = begin_ - written_;
    const std::int64_t length = end_ - begin_;
    if ((gap | length) >> 32 == 0) {
      out_[used_] = static_cast<std::uint32_t>(gap);
      out_[used_ + 1] = static_cast<std::uint32_t>(length);
      used_ += 2;
    } else {
      put(gap);
      put(length);
    }
    written_ = end_;
  }

  void put(std::int64_t length) {
    if (length / UINT32_MAX > limit_ / 2) {
      throw LimitError(Limit::mask_runs, 2 * (length / UINT32_MAX), "masks");
    }
    for (; length > UINT32_MAX; length -= UINT32_MAX) {
      if (room_ - used_ < 3) make_room();
      out_[used_++] = UINT32_MAX;
      out_[used_++] = 0;
    }
    if (room_ == used_) make_room();
    out_[used_++] = static_cast<std::uint32_t>(length);
  }

  void make_room() {
    const std::int64_t runs = used_ - start_;
    if (runs > limit_) throw LimitError(Limit::mask_runs, runs, "masks");
    counts_.truncate(used_);
    counts_.grow(std::max<std::int64_t>(16, runs / 2));
    room_ = counts_.size();
    out_ = counts_.data();
  }

  Buffer<std::uint32_t>& counts_;
  std::uint32_t* out_ = nullptr;
  std::int64_t start_;
  std::int64_t used_;
  std::int64_t room_;
  std::int64_t limit_;
  std::int64_t written_ = 0;  // end of the last run written
  std::int64_t begin_ = 0;    // the span in hand
  std::int64_t end_ = 0;
};

// What a result made from `runs` may have: growth is bounded, but never below what came in.
inline std::int64_t run_limit(const RunList& runs) {
  return std::min<std::int64_t>(std::max(limit_of(Limit::mask_runs), 4 * runs.n), INT32_MAX - 64);
}

}  // namespace me
