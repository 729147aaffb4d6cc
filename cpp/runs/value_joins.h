// Runs of equal values in the rows of label maps and volumes, as the kernels that join them want
// them. Values of 8 bytes are joined run by run (regions.h), and so are all at levels that lack
// these kernels.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/dispatch.h"
#include "runs/regions.h"
#include "runs/value_joins_kernels.h"

namespace me {

// Kernels for maps of values of `bytes` bytes; nullptr where there are none.
inline const kernels::JoinKernels* join_kernels(std::int64_t bytes) {
  if (bytes > 4) return nullptr;
  return select<const kernels::JoinKernels*>(nullptr, nullptr, ME_X86(&kernels::joins_avx512));
}

// The runs of a row, or of rows one behind the other.
class ValueRuns {
 public:
  explicit ValueRuns(const kernels::JoinKernels& kernels) : kernels_(&kernels) {}

  // Forgets all.
  void clear();

  // Adds a row of `width` pixels with the given changes, and its values, of `bytes` bytes; labels
  // are unset. `ranks`: room for the ranks of its runs beside each row of changes in `beside`.
  void add(const char* values, std::int64_t bytes, std::int64_t width, const std::uint64_t* changes,
           const std::uint64_t* const* beside, std::int64_t rows);

  // Whether a row with the changes of the first one has its values, too.
  bool has_values(const char* values, std::int64_t bytes) const;

  kernels::ValuedRuns row(std::int64_t y) {
    const Row& row = rows_[y];
    return {begins_.data() + row.first, values_.data() + row.first, labels_.data() + row.first,
            row.n};
  }
  std::int64_t height() const { return rows_.size(); }
  std::int64_t runs(std::int64_t y) const { return rows_[y].n; }
  // Ranks of the runs of the last row beside row r of those that were given.
  const std::uint32_t* ranks(std::int64_t r) const { return ranks_[r].data(); }

 private:
  struct Row {
    std::int64_t first, n;
  };

  const kernels::JoinKernels* kernels_;
  Buffer<Row> rows_;
  Buffer<std::uint32_t> begins_, values_, labels_;
  Buffer<std::uint32_t> ranks_[kernels::most_beside];
};

// Labels rows of a map by eight or four neighbours, as join_line and repeat_line do.
class ValueJoiner {
 public:
  ValueJoiner(const kernels::JoinKernels& kernels, const Joining& joining, Forest& forest)
      : kernels_(kernels), joining_(joining), forest_(forest) {}

  // Labels the one row of `line`; `before` has the one before it, whose changes were given when
  // that of `line` was added, or is nullptr.
  void join(ValueRuns* before, ValueRuns& line, std::int64_t y);
  void repeat(const kernels::ValuedRuns& row, std::int64_t y);

 private:
  void measure(const kernels::ValuedRuns& row, std::int64_t y, std::uint32_t first_new);

  const kernels::JoinKernels& kernels_;
  Joining joining_;
  Forest& forest_;
  Buffer<std::uint32_t> touched_, shared_;  // of each run
};

// The same runs, with their labels, as a line.
void to_line(const kernels::ValuedRuns& row, Line& line);

}  // namespace me
