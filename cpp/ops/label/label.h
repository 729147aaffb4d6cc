// label: connected components of dense masks, label maps and run-length masks. Runs on the CPU and
// on CUDA.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/component_stats.h"
#include "runs/components.h"
#include "runs/device_components.h"
#include "runs/pair_components.h"
#include "runs/runs.h"

namespace me::cpu {

// The components of each mask of a stack, numbered 1..n in raster order of their first pixels.
class Labelling {
 public:
  Labelling(const MaskView& masks, const ComponentOptions& options, const Exec& exec);

  std::int64_t items() const { return static_cast<std::int64_t>(items_.size()); }
  std::int64_t n(std::int64_t item) const {
    const Item& found = items_[static_cast<std::size_t>(item)];
    return found.pairs ? found.pairs->n() : found.rows->n();
  }
  std::int64_t most() const;  // components in one mask

  // Writes the numbers; `out` is of the same shape and its values hold most().
  void paint(const MutableMaskView& out, const Exec& exec);

  // One row for each component, mask after mask. Only when measured.
  ComponentStats stats(const Exec& exec);

 private:
  struct Item {  // one of both
    std::optional<RowComponents> rows;
    std::optional<PairComponents> pairs;
  };

  std::vector<Item> items_;
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

namespace me::cuda {

// Columns to write to, a row for each component, mask after mask; in device memory.
struct ComponentColumns {
  std::int64_t* offsets;  // masks + 1
  std::int64_t* area;
  std::int64_t* boxes;  // left, top, width, height
  double* centroids;
  std::int64_t* first_pixels;
  std::uint8_t* touches_border;
  std::int64_t* perimeters;
  std::int64_t* holes;
  char* values;  // elements of the source
};

// Writes the numbers of the components, which fit the values of `out`. Never waits.
void paint(const Queue& queue, const Components& components, const MutableMaskView& out);

// Components in all masks, and the most in one. Each waits.
std::int64_t total(const Queue& queue, const Components& components);
std::int64_t most(const Queue& queue, const Components& components);

// One mask for each of the `n` components, mask after mask. The sizes of the masks they were found
// in, and `each`, the size of each of theirs, are in memory of the host. Waits twice, for the
// number of changes and of runs.
DeviceRuns component_masks(const Queue& queue, const Components& components,
                           const std::int64_t* sizes, const std::int64_t* each, std::int64_t n);

// Measures the components, of which there are `n` in all. Never waits.
void measure(const Queue& queue, const Components& components, const MaskView& source, bool valued,
             std::int64_t n, const ComponentColumns& out);

}  // namespace me::cuda
