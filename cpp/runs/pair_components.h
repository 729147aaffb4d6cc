// The components of a dense mask by eight neighbours, found two rows at a time.
#pragma once
#include <cstdint>
#include <vector>

#include "base/exec.h"
#include "runs/row_lines.h"

namespace me {

// Mean pixels from one change of value to the next in a row below which this is the faster way:
// 8192 x 8192 noise (2) took 154 ms instead of 250, a checkerboard (1) of 2048 x 2048 0.8 instead
// of 9.6, lines three wide (6) 7.4 instead of 5.9.
inline constexpr std::int64_t pair_stretch = 4;

// Pixels of two rows are connected wherever neighbouring columns both have one, in whichever row:
// the runs of both rows in one are fewer than those of either where runs are short, and a
// checkerboard has one to a pair. Nothing is measured; the labels are kept for an image. The view
// must stay.
class PairComponents {
 public:
  PairComponents(const DenseItem& item, const Exec& exec);

  std::int64_t n() const { return n_; }

  // Writes the number of its component, from 1 on in raster order of the first pixels, to each
  // pixel and 0 to background. `row_stride` and `column_stride` in bytes; n() fits the values of
  // `bytes` bytes.
  void paint(char* out, std::int64_t bytes, std::int64_t row_stride, std::int64_t column_stride,
             const Exec& exec) const;

 private:
  // Rows [begin, end), of which begin is even, and what one thread finds in them.
  struct Strip {
    std::int64_t begin = 0, end = 0;
    Buffer<std::uint64_t> bits;         // of all rows
    Buffer<std::uint32_t> labels;       // of the runs of pairs, but for those like the one before
    Buffer<std::int64_t> first_labels;  // of each pair: where its labels begin
    Forest forest;
    Line first, last;
    std::uint32_t raise = 0;  // what is added to labels of the strip
  };
  class Reader;
  class Painter;

  void join_strips();
  const std::uint64_t* row_bits(const Strip& strip, std::int64_t y) const {
    return strip.bits.data() + (y - strip.begin) * words_;
  }

  DenseItem item_;
  std::int64_t words_;
  std::vector<Strip> strips_;
  Forest forest_;
  std::int64_t n_ = 0;
};

}  // namespace me
