// Where and how one call runs.
#pragma once

namespace me {

struct Exec {
  int threads = 1;
};

// A cudaStream_t, without the CUDA headers; nullptr is the default stream.
struct Stream {
  void* handle = nullptr;
};

}  // namespace me
