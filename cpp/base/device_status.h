// Which GPU runs our kernels, or why none does.
#pragma once
#include <string>

namespace me::cuda {

// Makes a device that of this thread, for the CUDA runtime of this module: it is not that of CuPy.
void use_device(int device);

// The name of a device, of this thread's one where it is negative, or "unavailable: " and the
// reason: no driver, a driver that is too old, no such device, or one that this build has no
// kernels for. Never throws for a missing GPU.
std::string device_status(int device);

}  // namespace me::cuda
