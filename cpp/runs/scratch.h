// Scratch memory that a thread keeps between calls, unless it grew large.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/tuning.h"

namespace me {

// Gives n unset values in `buffer` (a thread_local) and, when it goes out of scope, returns the
// memory of a large one to the system.
template <class T>
class Scratch {
 public:
  Scratch(Buffer<T>& buffer, std::int64_t n) : buffer_(buffer) {
    buffer_.clear();
    data_ = buffer_.grow(n);
  }
  ~Scratch() {
    const auto bytes = buffer_.size() * static_cast<std::int64_t>(sizeof(T));
    if (bytes > tuning::scratch_keep_bytes) buffer_ = Buffer<T>();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* data() const { return data_; }

 private:
  Buffer<T>& buffer_;
  T* data_;
};

}  // namespace me
