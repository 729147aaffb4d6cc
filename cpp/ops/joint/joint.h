// joint: how many pixels have each combination of labels in several maps. Runs on the CPU and, of
// arrays, on CUDA.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/queue.h"
#include "base/view.h"
#include "runs/runs.h"

namespace me::cpu {

inline constexpr std::int64_t max_joint_maps = 64;

// Row i: pixels[i] pixels, at least one, have label labels[i * k + m] in map m of k. Rows are
// sorted by the first label, then by the next ones.
struct JointCounts {
  Buffer<std::int64_t> labels;
  Buffer<std::int64_t> pixels;
};

// Of k maps of one shape, 1 <= k <= max_joint_maps, each of any integer type. Throws for labels
// above the range of int64.
JointCounts joint(const MaskView* maps, std::int64_t k, const Exec& exec);

// The same of label maps given as runs: run i of map m, of runs.counts[i] pixels, has the label at
// labels + i * element_bytes(element), counted from the first item of the batch. All maps have the
// same sizes.
struct LabelRunsView {
  RunsView runs;
  const char* labels;
  Element element;
};

JointCounts joint_runs(const LabelRunsView* maps, std::int64_t k, const Exec& exec);

}  // namespace me::cpu

namespace me::cuda {

// As JointCounts, in device memory.
struct DeviceJoint {
  DeviceArray<std::int64_t> labels;
  DeviceArray<std::int64_t> pixels;

  DeviceJoint() = default;
  DeviceJoint(const Queue& queue, std::int64_t rows, std::int64_t k)
      : labels(queue, checked_mul(rows, k, "maps")), pixels(queue, rows) {}
};

// Labels whose pixels are left out: those of map m are values[begins[m]] to values[begins[m + 1]].
// In device memory.
struct DeviceVoid {
  const std::int64_t* values;
  const std::int64_t* begins;  // k + 1
};

// Of k maps of one shape. Labels are below 2^63. Waits for the number of rows, once more where some
// are left out, and of more than two maps or labels of more than 8 bits for one or two numbers
// more.
DeviceJoint joint(const Queue& queue, const MaskView* maps, std::int64_t k,
                  const DeviceVoid* left_out);

}  // namespace me::cuda
