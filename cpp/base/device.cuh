// CUDA runtime calls with errors that say something, and memory on the device; .cu files only.
#pragma once
#include <cuda_runtime.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace me {

inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(std::string("CUDA ") + call + ": " + cudaGetErrorName(status) + " (" +
                           cudaGetErrorString(status) + ")");
}

// `n` unset values on the current device, ordered on a stream; freed on the same stream.
template <class T>
class DeviceBuffer {
 public:
  DeviceBuffer(std::int64_t n, cudaStream_t stream) : n_(n), stream_(stream) {
    if (n > 0) check(cudaMallocAsync(&data_, bytes(), stream), "cudaMallocAsync");
  }
  DeviceBuffer(const T* host, std::int64_t n, cudaStream_t stream) : DeviceBuffer(n, stream) {
    if (n > 0) {
      check(cudaMemcpyAsync(data_, host, bytes(), cudaMemcpyHostToDevice, stream), "copy in");
    }
  }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;
  ~DeviceBuffer() {
    if (data_ != nullptr) cudaFreeAsync(data_, stream_);
  }

  T* data() { return data_; }
  void copy_to(T* host) const {
    if (n_ > 0) {
      check(cudaMemcpyAsync(host, data_, bytes(), cudaMemcpyDeviceToHost, stream_), "copy out");
    }
    check(cudaStreamSynchronize(stream_), "cudaStreamSynchronize");
  }

 private:
  std::size_t bytes() const { return static_cast<std::size_t>(n_) * sizeof(T); }

  T* data_ = nullptr;
  std::int64_t n_;
  cudaStream_t stream_;
};

}  // namespace me
