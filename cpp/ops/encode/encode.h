// encode: dense masks of any element type and memory order -> runs. Runs on the CPU and on CUDA.
#pragma once
#include <cstdint>
#include <optional>

#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/device_runs.h"
#include "runs/runs.h"

namespace me::cpu {

// Nonzero is foreground, or, with a threshold, what is above it (NaN is background).
Runs encode(const MaskView& masks, std::optional<double> threshold, const Exec& exec);

// A stack of masks of a bit per pixel: rows start at whole bytes, whose highest or lowest bit comes
// first. Strides are in bytes; bytes of a row lie side by side.
struct BitsView {
  const std::uint8_t* bytes;
  std::int64_t n, height, width;
  std::int64_t item_stride, row_stride;
  bool highest_first;
};

Runs encode_bits(const BitsView& view, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// The same for masks in device memory, which may also be float16. Waits once, for the number of
// runs.
DeviceRuns encode(const Queue& queue, const MaskView& masks, std::optional<double> threshold);

}  // namespace me::cuda
