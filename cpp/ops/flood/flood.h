// Flood fill: the pixels that can be reached from seeds within a tolerance. Runs on the CPU and on
// CUDA.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/queue.h"
#include "base/view.h"
#include "runs/device_runs.h"
#include "runs/flood_fill.h"
#include "runs/image_view.h"
#include "runs/mask_rows.h"
#include "runs/pixel_match.h"
#include "runs/runs.h"

namespace me::cpu {

enum class FloodMode {
  fixed,     // a pixel is compared with the seed
  floating,  // a pixel is compared with the neighbour it is reached from
};

// Integers in [low, high], by their 64 bits.
struct ValueRange {
  std::uint64_t low, high;
};

struct FloodRequest {
  ImageView image;
  const std::int64_t* seeds = nullptr;  // x, y, x, y, ...; inside the image
  std::int64_t n_seeds = 0;
  Tolerance tolerance;
  FloodMode mode = FloodMode::fixed;
  FillLimits limits;                        // the box lies inside the image
  std::optional<MaskRows> barrier, region;  // pixels never entered, pixels never left
  std::vector<ValueRange> barrier_values;   // of an integer image with one channel
};

struct Flooded {
  Runs masks;  // one mask; empty when the flood is not complete
  PixelBox box;
  std::int64_t area = 0;
  bool complete = true;
};

// Floods; a complete flood is then painted into `out`, when there is one of the image's size: the
// low bits of `value` go to its pixels.
Flooded flood(const FloodRequest& request, const MutableMaskView* out, std::uint64_t value);

// The spans of a flood, in raster order, for what edits in place; empty when it is not complete.
bool flood_spans(const FloodRequest& request, Buffer<RowSpan>& spans);

}  // namespace me::cpu

namespace me::cuda {

// As FloodRequest; pointers to device memory. Half floats have the element f16.
struct FloodQuestion {
  ImageView image;
  const std::int64_t* seeds = nullptr;
  std::int64_t n_seeds = 0;
  Tolerance tolerance;
  bool one_way = false;  // whether it is not the same below and above
  PixelBox box;          // inside the image
  MaskView barrier{}, region{};
  bool has_barrier = false, has_region = false;
  const cpu::ValueRange* values = nullptr;  // barriers, too
  std::int64_t n_values = 0;
  std::int64_t most_pixels = std::int64_t{1} << 28;  // of the box times seeds, at once
};

// Relative to the box of the question.
struct FloodSums {
  std::int64_t area = 0, left = INT64_MAX, top = INT64_MAX, right = 0, bottom = 0;
};

struct DeviceFlooded {
  DeviceRuns masks;
  FloodSums sums;
  bool complete = true;
};

// Waits for the sums, and for the number of runs; in the floating mode with another tolerance below
// than above, again and again for whether all is reached. The box has fewer than 2^32 pixels.
DeviceFlooded flood(const Queue& queue, const FloodQuestion& question, cpu::FloodMode mode,
                    bool corners, std::int64_t max_area, const MutableMaskView* out,
                    std::uint64_t value);

}  // namespace me::cuda
