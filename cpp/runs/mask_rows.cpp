#include "runs/mask_rows.h"

#include <algorithm>

#include "runs/transposed.h"

namespace me {

MaskRows::MaskRows(const MaskView& mask)
    : mask_(mask), packer_(RowPacker(mask.element, mask.column_stride, {})) {}

MaskRows::MaskRows(const RunList& runs) : width_(runs.size.width) {
  Buffer<std::uint32_t> counts;
  append_transposed(runs, {}, counts);
  std::int64_t end = 0;
  ends_.reserve(counts.size());
  for (const std::uint32_t count : counts) ends_.push_back(end += count);
}

void MaskRows::read(std::int64_t y, std::int64_t x, std::int64_t n, std::uint64_t* words) const {
  if (packer_) {
    (*packer_)(mask_.data + y * mask_.row_stride + x * mask_.column_stride, n, words);
    return;
  }
  std::fill_n(words, (n + 63) / 64, std::uint64_t{0});
  const std::int64_t first = y * width_ + x;
  std::int64_t i = std::upper_bound(ends_.begin(), ends_.end(), first) - ends_.begin();
  for (std::int64_t at = 0; at < n && i < ends_.size(); i++) {
    const std::int64_t end = std::min(ends_[i] - first, n);
    if (i % 2 == 1) {
      for (std::int64_t k = at; k < end; k++) words[k / 64] |= std::uint64_t{1} << k % 64;
    }
    at = std::max(at, end);
  }
}

}  // namespace me
