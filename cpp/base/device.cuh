// CUDA runtime calls with errors that say something; .cu files only.
#pragma once
#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

namespace me {

inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // or the next launch, which asks for it, would be told of this error
  throw std::runtime_error(std::string("CUDA ") + call + ": " + cudaGetErrorName(status) + " (" +
                           cudaGetErrorString(status) + ")");
}

}  // namespace me
