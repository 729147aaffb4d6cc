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

}  // namespace

void use_device(int device) { check(cudaSetDevice(device), "cudaSetDevice"); }

std::string device_status() {
  int count = 0;
  cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaSuccess && count == 0) status = cudaErrorNoDevice;
  int device = 0;
  cudaDeviceProp properties{};
  if (status == cudaSuccess) status = cudaGetDevice(&device);
  if (status == cudaSuccess) status = cudaGetDeviceProperties(&properties, device);
  const std::string capability =
      std::to_string(properties.major) + "." + std::to_string(properties.minor);
  if (status == cudaSuccess) {
    cudaFuncAttributes attributes{};
    status = cudaFuncGetAttributes(&attributes, probe);
    if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorInvalidDeviceFunction) {
      cudaGetLastError();
      return "unavailable: this build has no kernels for " + std::string(properties.name) +
             " (compute capability " + capability + ")";
    }
  }
  cudaGetLastError();  // a failed question must not spoil the next call
  if (status != cudaSuccess) return "unavailable: " + reason_for(status);
  return std::string(properties.name) + ", compute capability " + capability;
}

}  // namespace me::cuda
