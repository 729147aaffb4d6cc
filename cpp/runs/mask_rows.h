// The rows of one mask, dense or as runs, as words of bits wherever they are asked for.
#pragma once
#include <cstdint>
#include <optional>

#include "base/buffer.h"
#include "base/view.h"
#include "runs/pack.h"
#include "runs/runs.h"

namespace me {

class MaskRows {
 public:
  // A dense mask, of which nothing is read before it is asked for.
  explicit MaskRows(const MaskView& mask);
  // Runs, which are gone through once.
  explicit MaskRows(const RunList& runs);

  // Bit i: pixel (x + i, y), for i in [0, n) with n <= 512.
  void read(std::int64_t y, std::int64_t x, std::int64_t n, std::uint64_t* words) const;

 private:
  MaskView mask_{};
  std::optional<RowPacker> packer_;
  std::int64_t width_ = 0;
  Buffer<std::int64_t> ends_;  // of the runs of the mask read row by row
};

}  // namespace me
