#include "base/device_status.h"

#include <cuda_runtime.h>

#include <cstdlib>

#include "base/device.cuh"

namespace me::cuda {
namespace {

__global__ void probe() {}

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string reason_for(cudaError_t status) {
  int driver = 0;
  if (status == cudaErrorInsufficientDriver || status == cudaErrorNoDevice) {
    if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
      return "no NVIDIA driver is installed; this build needs one for CUDA " +
             version_text(CUDART_VERSION);
    }
  }
  if (status == cudaErrorInsufficientDriver) {
    return "the NVIDIA driver is too old: it runs CUDA " + version_text(driver) +
           ", this build needs " + version_text(CUDART_VERSION);
  }
  if (status == cudaErrorNoDevice) {
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    return visible == nullptr
               ? std::string("no CUDA device")
               : "no CUDA device with CUDA_VISIBLE_DEVICES='" + std::string(visible) + "'";
  }
  return std::string(cudaGetErrorName(status)) + " (" + cudaGetErrorString(status) + ")";
}

std::string unavailable(cudaError_t status) { return "unavailable: " + reason_for(status); }

// That of the device of this thread.
std::string current_status() {
  int device = 0;
  cudaDeviceProp properties{};
  cudaError_t status = cudaGetDevice(&device);
  if (status == cudaSuccess) status = cudaGetDeviceProperties(&properties, device);
  if (status != cudaSuccess) return unavailable(status);
  const std::string capability =
      std::to_string(properties.major) + "." + std::to_string(properties.minor);
  cudaFuncAttributes attributes{};
  status = cudaFuncGetAttributes(&attributes, probe);
  if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorInvalidDeviceFunction) {
    return "unavailable: this build has no kernels for " + std::string(properties.name) +
           " (compute capability " + capability + ")";
  }
  if (status != cudaSuccess) return unavailable(status);
  return std::string(properties.name) + ", compute capability " + capability;
}

}  // namespace

void use_device(int device) { check(cudaSetDevice(device), "cudaSetDevice"); }

std::string device_status(int device) {
  int count = 0;
  int current = 0;
  cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaSuccess && count == 0) status = cudaErrorNoDevice;
  if (status == cudaSuccess) status = cudaGetDevice(&current);
  if (status == cudaSuccess && device >= count) {
    return "unavailable: no CUDA device " + std::to_string(device) + "; the last one is " +
           std::to_string(count - 1);
  }
  const bool is_other = status == cudaSuccess && device >= 0 && device != current;
  if (is_other) status = cudaSetDevice(device);
  const std::string found = status == cudaSuccess ? current_status() : unavailable(status);
  if (is_other) cudaSetDevice(current);
  cudaGetLastError();  // a failed question must not spoil the next call
  return found;
}

}  // namespace me::cuda
