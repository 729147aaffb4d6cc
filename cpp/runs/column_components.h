// The components of a run-length mask, from its runs alone.
#pragma once
#include <cstdint>

#include "runs/component_stats.h"
#include "runs/grouped.h"
#include "runs/regions.h"
#include "runs/runs.h"

namespace me {

// Columns are lines, so components are found column by column; they are numbered in raster order
// of their first pixels (row by row) all the same. The runs must stay.
class ColumnComponents {
 public:
  // With `kept`, masks can be made of the components. Without `joining.measured` they are counted
  // only, and come in no order.
  ColumnComponents(const RunList& runs, const Joining& joining, bool kept);

  std::int64_t n() const { return order_.size(); }
  void add_stats(ComponentStats& stats);
  void append_masks(Runs& out);

  // Of component k in [0, n()); positions along lines are rows.
  const Sums& sums(std::int64_t k) const { return forest_.sums()[order_[k] + 1]; }
  // Appends a mask of the components with chosen[k] != 0, or of all that is not of these.
  void append_chosen(const std::uint8_t* chosen, bool inverted, Runs& out);

 private:
  class Reader;

  void sort();

  Size size_;
  Forest forest_;
  Buffer<Stretch> stretches_;
  Buffer<std::uint32_t> labels_;  // of the stretches
  Buffer<std::uint32_t> order_;   // component -> its number by columns, less one
};

}  // namespace me
