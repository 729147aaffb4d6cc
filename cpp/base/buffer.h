// A growable array of plain values that does not write zeros it is about to overwrite.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace me {

// Asks for large pages behind a block that is about to be filled: page by page, the system takes
// longer to hand out memory than a kernel to write it. A hint only.
void advise_large_pages(void* block, std::size_t bytes);
inline constexpr std::size_t large_block = std::size_t{1} << 22;

// Blocks from this size on are kept when they are freed, for any thread, up to scratch_keep_bytes
// (tuning.h): what the system hands out anew costs more than to label a map in it. take_block gives
// one of at least so many bytes and says of how many, or nullptr; free_block takes any that malloc
// gave. Address sanitizers watch what is freed, so nothing is kept from them.
#if defined(__SANITIZE_ADDRESS__)
#define ME_KEEPS_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ME_KEEPS_BLOCKS 0
#endif
#endif
#ifndef ME_KEEPS_BLOCKS
#define ME_KEEPS_BLOCKS 1
#endif
inline constexpr std::size_t kept_block = ME_KEEPS_BLOCKS ? std::size_t{1} << 16 : SIZE_MAX;
void* take_block(std::size_t bytes, std::size_t* got);
void free_block(void* block, std::size_t bytes);

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable<T>::value, "Buffer holds plain values");

 public:
  Buffer() = default;
  explicit Buffer(std::int64_t n) { grow(n); }
  Buffer(const Buffer& other) { append(other.data_, other.size_); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  // Two of them: with one by value, structures of buffers would promise that copying never throws.
  Buffer& operator=(const Buffer& other) {
    Buffer copy(other);
    swap(copy);
    return *this;
  }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Buffer() { release(); }

  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::int64_t size() const { return size_; }
  std::int64_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::int64_t i) { return data_[i]; }
  const T& operator[](std::int64_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& back() { return data_[size_ - 1]; }

  void clear() { size_ = 0; }

  // Room for `n` values in total; the size stays.
  void reserve(std::int64_t n) {
    if (n > capacity_) reallocate(n);
  }

  // Adds `n` unset values and returns the first of them.
  T* grow(std::int64_t n) {
    if (n > capacity_ - size_) {
      if (n > INT64_MAX / 2 - size_) throw std::bad_alloc();
      const std::int64_t least =
          n == 1 && capacity_ == 0 ? 8 : size_ + n;  // one by one: more follow
      reallocate(least > 2 * capacity_ ? least : 2 * capacity_);
    }
    T* first = data_ + size_;
    size_ += n;
    return first;
  }

  // Returns memory that a generous reserve() left unused.
  void shrink() {
    if (capacity_ <= 2 * size_ + 64) return;
    Buffer fitting;
    fitting.append(data_, size_);
    swap(fitting);
  }

  // Forgets values from `n` on; `n` <= size().
  void truncate(std::int64_t n) { size_ = n; }
  // Exactly `n` values; new ones are unset.
  void resize(std::int64_t n) {
    if (n > size_) grow(n - size_);
    size_ = n;
  }

  void push_back(T value) { *grow(1) = value; }

  void append(const T* values, std::int64_t n) {
    if (n > 0) std::memcpy(grow(n), values, static_cast<std::size_t>(n) * sizeof(T));
  }

 private:
  void release() {
    const std::size_t bytes = static_cast<std::size_t>(capacity_) * sizeof(T);
    if (bytes < kept_block) {
      std::free(data_);
    } else {
      free_block(data_, bytes);
    }
  }

  void reallocate(std::int64_t capacity) {
    if (capacity > static_cast<std::int64_t>(INT64_MAX / sizeof(T))) throw std::bad_alloc();
    std::size_t bytes = static_cast<std::size_t>(capacity) * sizeof(T);
    void* moved = bytes < kept_block ? nullptr : take_block(bytes, &bytes);
    if (moved == nullptr && bytes < large_block) {
      moved = std::realloc(data_, bytes);
      if (moved == nullptr) throw std::bad_alloc();
    } else {
      if (moved == nullptr) {
        moved = std::malloc(bytes);
        if (moved == nullptr) throw std::bad_alloc();
        advise_large_pages(moved, bytes);
      }
      if (size_ > 0) std::memcpy(moved, data_, static_cast<std::size_t>(size_) * sizeof(T));
      release();
    }
    data_ = static_cast<T*>(moved);
    capacity_ = static_cast<std::int64_t>(bytes / sizeof(T));
  }

  T* data_ = nullptr;
  std::int64_t size_ = 0;
  std::int64_t capacity_ = 0;
};

}  // namespace me
