// Sums of runs that go on from line to line: run k of each touches run k of the line before, and no
// other. They have the labels of that line, and are added up by place, many at once; only where
// that ends do the sums go to the labels.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/strand_kernels.h"

namespace me {

struct Joining;
struct Line;
struct Sums;

class Strands {
 public:
  Strands();

  // Whether the runs of `line` go on from those of `before`; then they have their labels, and were
  // added up. False is always right: the caller then finishes, and joins the lines by itself.
  bool follow(const Line& before, Line& line, const Joining& joining, std::int64_t number,
              Sums* sums);
  // The same for one more line that is equal to `line`.
  bool repeat(const Line& line, std::int64_t number, Sums* sums);

  // Adds what was gathered to the sums of labels.
  void finish(Sums* sums) {
    if (n_ != 0) add_to(sums);
  }
  void clear() {
    n_ = 0;
    steady_ = 0;
  }

 private:
  bool gather(const Line& before, const Line& line, std::int64_t number, Sums* sums);
  void begin(const Line& before, std::int64_t number);
  void add_to(Sums* sums);

  const kernels::StrandKernels* kernels_;
  int steady_ = 0;      // lines that went on, as far as they are counted
  std::int64_t n_ = 0;  // strands, of lines [first_, first_ + lines_)
  std::int64_t first_ = 0, lines_ = 0;
  Buffer<std::uint32_t> labels_;
  Buffer<std::uint64_t> gathered_;
};

}  // namespace me
