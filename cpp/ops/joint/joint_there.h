// joint on CUDA: two ways to count, and the rows that are left out.
#pragma once
#include "ops/joint/joint.h"

namespace me::cuda {

// Of one or two maps of bytes.
DeviceJoint joint_of_bytes(const Queue& queue, const MaskView* maps, std::int64_t k);

// Of any maps: stretches of equal pixels are numbered by sorting their labels.
DeviceJoint joint_of_stretches(const Queue& queue, const MaskView* maps, std::int64_t k);

}  // namespace me::cuda
