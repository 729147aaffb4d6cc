// label: connected components of dense masks and label maps. Runs on the CPU.
#pragma once
#include <cstdint>
#include <vector>

#include "base/exec.h"
#include "base/view.h"
#include "runs/component_stats.h"
#include "runs/components.h"
#include "runs/runs.h"

namespace me::cpu {

// The components of each mask of a stack, numbered 1..n in raster order of their first pixels.
class Labelling {
 public:
  Labelling(const MaskView& masks, const ComponentOptions& options, const Exec& exec);

  std::int64_t items() const { return static_cast<std::int64_t>(items_.size()); }
  std::int64_t n(std::int64_t item) const { return items_[static_cast<std::size_t>(item)].n(); }
  std::int64_t most() const;  // components in one mask

  // Writes the numbers; `out` is of the same shape and its values hold most().
  void paint(const MutableMaskView& out, const Exec& exec);

  // One row for each component, mask after mask.
  ComponentStats stats();

 private:
  std::vector<RowComponents> items_;
  ComponentOptions options_;
};

// The components of run-length masks, mask after mask.
struct MaskComponents {
  Buffer<std::int64_t> counts;  // of each mask
  Runs masks;                   // one for each component; none unless they are wanted
  ComponentStats stats;
};

MaskComponents label_masks(const RunsView& masks, bool corners, bool measured, bool as_masks,
                           const Exec& exec);

}  // namespace me::cpu
