// Appends the canonical runs of one mask to a buffer, joining equals.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/limits.h"
#include "runs/runs.h"

namespace me {

class RunBuilder {
 public:
  explicit RunBuilder(Buffer<std::uint32_t>& counts) : counts_(counts) {}

  // Adds `length` >= 0 pixels of one value after those already added.
  void append(bool foreground, std::int64_t length) {
    if (length == 0) return;
    if (foreground != value_) {
      flush();
      value_ = foreground;
    }
    pending_ += length;
  }

  // Ends the mask; the builder can then start the next one.
  void finish() {
    flush();
    value_ = false;
  }

 private:
  void flush() {
    if (pending_ > UINT32_MAX) {
      check_limit(Limit::mask_runs, 2 * (pending_ / UINT32_MAX), "masks");
    }
    while (pending_ > UINT32_MAX) {
      counts_.push_back(UINT32_MAX);
      counts_.push_back(0);
      pending_ -= UINT32_MAX;
    }
    counts_.push_back(static_cast<std::uint32_t>(pending_));
    pending_ = 0;
  }

  Buffer<std::uint32_t>& counts_;
  std::int64_t pending_ = 0;
  bool value_ = false;
};

// Appends the canonical runs given by the sorted positions at which the value changes (the value
// before the first is background). Equal positions cancel in pairs; `n` may be 0; positions lie
// in [0, area].
void append_toggles(Buffer<std::uint32_t>& counts, const std::int64_t* positions, std::int64_t n,
                    std::int64_t area);

}  // namespace me
