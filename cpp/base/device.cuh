// CUDA runtime calls with errors that say something; .cu files only.
#pragma once
#include <cuda_runtime.h>

#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace me {

// The memory of the device that CUDA itself takes, for a launch with a deep stack, say: Python sees
// a MemoryError, as where CuPy's pool has none.
class OutOfDeviceMemory : public std::bad_alloc {
 public:
  explicit OutOfDeviceMemory(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // or the next launch, which asks for it, would be told of this error
  std::string text = std::string("CUDA ") + call + ": " + cudaGetErrorName(status) + " (" +
                     cudaGetErrorString(status) + ")";
  if (status == cudaErrorMemoryAllocation) throw OutOfDeviceMemory(std::move(text));
  throw std::runtime_error(text);
}

}  // namespace me
