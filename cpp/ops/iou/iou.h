// iou: intersection over union of masks; over the area of the first where the second is a crowd.
// Runs on the CPU and on CUDA.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "base/queue.h"
#include "runs/device_runs.h"
#include "runs/packed_masks.h"
#include "runs/runs.h"

namespace me::cpu {

// out[i * b.n + j] is the IoU of a[i] and b[j]; 0 where they share no pixel, two empty masks
// included. crowd[j] != 0 makes b[j] a crowd; crowd may be null. All masks must have one size.
void iou_matrix(const RunsView& a, const RunsView& b, const std::uint8_t* crowd, double* out,
                const Exec& exec);

// out[i] is the IoU of a[i] and b[i]; a batch of one pairs with every item of the other.
void iou_pairs(const RunsView& a, const RunsView& b, const std::uint8_t* crowd, double* out,
               const Exec& exec);

// The same of bits.
void iou_matrix(const PackedView& a, const PackedView& b, const std::uint8_t* crowd, double* out,
                const Exec& exec);
void iou_pairs(const PackedView& a, const PackedView& b, const std::uint8_t* crowd, double* out,
               const Exec& exec);

// Length of what iou_pairs writes for batches of `a` and `b` masks; throws shape_mismatch when
// these do not pair.
std::int64_t iou_pair_count(std::int64_t a, std::int64_t b);

}  // namespace me::cpu

namespace me::cuda {

// The matrix, or with `diagonal` the IoU of a[i] and b[i], in device memory; all masks that meet
// have one size, which the caller has checked. Never waits.
void iou(const Queue& queue, const DeviceRunsView& a, const DeviceRunsView& b,
         const std::uint8_t* crowd, bool diagonal, double* out);

}  // namespace me::cuda
