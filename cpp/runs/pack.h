// Rows of values of any element type and stride -> bits; nonzero, or above a threshold, is set.
#pragma once
#include <cstdint>
#include <optional>

#include "base/view.h"
#include "runs/bits.h"

namespace me {

class RowPacker {
 public:
  // `stride` bytes from one value to the next. A float element needs a threshold.
  RowPacker(Element element, std::int64_t stride, std::optional<double> threshold);

  // Packs n values starting at `row` into words.
  void operator()(const char* row, std::int64_t n, std::uint64_t* words) const {
    if (kernel_ != nullptr) {
      kernel_(row, n, words);
    } else {
      slow(row, n, words);
    }
  }

  // Bytes from one value to the next.
  std::int64_t stride() const { return stride_; }

  // Whether it packs neighbouring bytes that are not zero.
  bool takes_bytes() const { return kernel_ != nullptr && stride_ == 1; }

 private:
  void slow(const char* row, std::int64_t n, std::uint64_t* words) const;

  void (*kernel_)(const void*, std::int64_t, std::uint64_t*) = nullptr;
  Element element_;
  std::int64_t stride_;
  bool above_ = false;  // compare with the threshold instead of zero
  double threshold_ = 0;
};

}  // namespace me
