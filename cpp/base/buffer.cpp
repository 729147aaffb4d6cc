#include "base/buffer.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/tuning.h"
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace me {

void advise_large_pages([[maybe_unused]] void* block, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::uintptr_t page = 4096;
  const auto begin = (reinterpret_cast<std::uintptr_t>(block) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(block) + bytes) / page * page;
  if (end > begin) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

namespace {

struct Block {
  void* data;
  std::size_t bytes;
};

// Blocks, oldest first. It has no destructor: threads may outlive what a process ends with.
class KeptBlocks {
 public:
  // The smallest that is large enough, unless most of it would be left over.
  Block take(std::size_t bytes) {
    int best = -1;
    for (int i = 0; i < n_; i++) {
      const std::size_t size = blocks_[i].bytes;
      if (size < bytes || size / 4 > bytes) continue;
      if (best < 0 || size < blocks_[best].bytes) best = i;
    }
    return best < 0 ? Block{nullptr, 0} : remove(best);
  }

  // Gives a block that has to go for it, or none.
  Block keep(const Block& block) {
    if (n_ == most || (n_ > 0 && total_ + block.bytes > limit)) return remove(0);
    blocks_[n_++] = block;
    total_ += block.bytes;
    return {nullptr, 0};
  }

  static constexpr std::size_t limit = static_cast<std::size_t>(tuning::scratch_keep_bytes);

 private:
  Block remove(int i) {
    const Block block = blocks_[i];
    std::copy(blocks_ + i + 1, blocks_ + n_, blocks_ + i);
    n_--;
    total_ -= block.bytes;
    return block;
  }

  static constexpr int most = 64;

  Block blocks_[most] = {};
  int n_ = 0;
  std::size_t total_ = 0;
};

// Of all threads: what a thread of the crew fills is freed by the one that called.
KeptBlocks kept;
std::atomic_flag busy = ATOMIC_FLAG_INIT;

// Holds the blocks, unless others do for long: then, and for ever in a child that was forked while
// another thread held them, memory comes from the system.
class Holding {
 public:
  Holding() {
    for (int tries = 0; tries < 100 && !held_; tries++) {
      held_ = !busy.test_and_set(std::memory_order_acquire);
    }
  }
  ~Holding() {
    if (held_) busy.clear(std::memory_order_release);
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;
  explicit operator bool() const { return held_; }

 private:
  bool held_ = false;
};

}  // namespace

void* take_block(std::size_t bytes, std::size_t* got) {
  if (bytes > KeptBlocks::limit) return nullptr;
  const Holding holding;
  const Block block = holding ? kept.take(bytes) : Block{nullptr, 0};
  if (block.data != nullptr) *got = block.bytes;
  return block.data;
}

void free_block(void* block, std::size_t bytes) {
  Block rest{block, bytes};
  while (rest.data != nullptr) {  // until it is kept; what goes for it is freed outside
    Block gone{block, 0};
    if (bytes <= KeptBlocks::limit) {
      const Holding holding;
      if (holding) gone = kept.keep(rest);
    }
    std::free(gone.data);
    if (gone.data == nullptr || gone.data == block) return;
  }
}

}  // namespace me
