// The components of a dense mask, a label map or a run-length mask, found run by run.
#pragma once
#include <cstdint>
#include <vector>

#include "base/exec.h"
#include "runs/row_lines.h"
#include "runs/runs.h"
#include "runs/value_joins.h"

namespace me {

struct ComponentOptions {
  Joining joining;
  bool valued = false;    // components of equal values instead of what is not zero
  bool kept = true;       // labels of runs are kept, for an image or for masks
  bool inverted = false;  // components of what is zero
};

// The components of the rows of a dense mask. The view must stay.
class RowComponents {
 public:
  RowComponents(const DenseItem& item, const ComponentOptions& options, const Exec& exec);

  std::int64_t n() const { return n_; }
  // Of component k in [0, n()).
  const Sums& sums(std::int64_t k) { return forest_.sums()[k + 1]; }
  std::uint64_t value(std::int64_t k) { return forest_.values()[k + 1]; }

  // Writes the number of its component, from 1 on, to each pixel and 0 to background. Only when
  // kept. `row_stride` and `column_stride` in bytes; n() fits the values of `bytes` bytes.
  void paint(char* out, std::int64_t bytes, std::int64_t row_stride, std::int64_t column_stride,
             const Exec& exec);

  // Calls work(y, line) for all rows in order: the runs of row y with the number of their
  // component, 0 for background. Only when kept.
  template <class Work>
  void for_each_row(Work work) const {
    Line line;
    for (const Strip& strip : strips_) {
      for (std::int64_t y = strip.begin; y < strip.end; y++) {
        read_runs(strip, y, line);
        work(y, static_cast<const Line&>(line));
      }
    }
  }

  // Writes values[c] to the pixels of each component c in [1, n()] with changed[c] != 0, and
  // leaves all others. Only when kept.
  void repaint(const std::uint8_t* changed, const std::uint64_t* values, char* out,
               std::int64_t row_stride, std::int64_t column_stride, const Exec& exec) const;

 private:
  // Rows [begin, end) and what one thread finds in them.
  struct Strip {
    std::int64_t begin = 0, end = 0;
    Buffer<std::uint64_t> changes;      // of all rows when kept
    Buffer<std::uint32_t> labels;       // of the runs of rows, but for those like the one above
    Buffer<std::int64_t> first_labels;  // of each row: where its labels begin
    Forest forest;
    Line first, last;
    std::uint32_t raise = 0;    // what is added to labels of the strip
    std::int64_t n_labels = 0;  // label 0 is one of them
  };

  void read_strip(Strip& strip);
  void read_values(Strip& strip, const kernels::JoinKernels& join);
  void add_forest(Forest& part, std::int64_t n, std::uint32_t raise);
  void join_strips();
  std::uint32_t number(const Strip& strip, std::uint32_t label) const {
    return label == 0 ? 0 : forest_.parents()[label + strip.raise];
  }
  // The labels of the runs of row y.
  const std::uint32_t* labels_of(const Strip& strip, std::int64_t y) const {
    return strip.labels.data() + strip.first_labels[y - strip.begin];
  }
  // Gives the runs of row y with the numbers of their components.
  void read_runs(const Strip& strip, std::int64_t y, Line& line) const;
  void repaint_strip(const Strip& strip, const std::uint8_t* changed, const std::uint64_t* values,
                     char* out, std::int64_t row_stride, std::int64_t column_stride) const;
  void paint_strip(const Strip& strip, char* out, std::int64_t bytes, std::int64_t row_stride,
                   std::int64_t column_stride);

  DenseItem item_;
  ComponentOptions options_;
  std::int64_t words_;
  std::vector<Strip> strips_;
  Forest forest_;
  std::int64_t n_ = 0;
};

}  // namespace me
