// Which GPU runs our kernels, or why none does.
#pragma once
#include <string>

namespace me::cuda {

// The device's name, or "unavailable: " and the reason: no driver, a driver that is too old, no
// device, or a device that this build has no kernels for. Never throws for a missing GPU.
std::string device_status();

}  // namespace me::cuda
