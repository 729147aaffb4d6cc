#include "base/buffer.h"

#include <algorithm>
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

// Blocks, oldest first. Lives as long as its thread; what is freed after it goes to the system.
class KeptBlocks {
 public:
  KeptBlocks() { alive = true; }
  ~KeptBlocks() {
    alive = false;
    for (int i = 0; i < n_; i++) std::free(blocks_[i].data);
  }
  KeptBlocks(const KeptBlocks&) = delete;
  KeptBlocks& operator=(const KeptBlocks&) = delete;

  static thread_local bool alive;

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

  void keep(const Block& block) {
    while (n_ == most || (n_ > 0 && total_ + block.bytes > limit)) std::free(remove(0).data);
    blocks_[n_++] = block;
    total_ += block.bytes;
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

  static constexpr int most = 16;

  Block blocks_[most];
  int n_ = 0;
  std::size_t total_ = 0;
};

thread_local bool KeptBlocks::alive = false;

thread_local KeptBlocks kept;

// Of this thread, or nullptr when it ends.
KeptBlocks* kept_blocks() {
  static thread_local bool started = false;
  if (!started) {
    started = true;
    KeptBlocks& first = kept;  // which makes it
    return &first;
  }
  return KeptBlocks::alive ? &kept : nullptr;
}

}  // namespace

void* take_block(std::size_t bytes, std::size_t* got) {
  KeptBlocks* const blocks = bytes > KeptBlocks::limit ? nullptr : kept_blocks();
  const Block block = blocks == nullptr ? Block{nullptr, 0} : blocks->take(bytes);
  if (block.data != nullptr) *got = block.bytes;
  return block.data;
}

void free_block(void* block, std::size_t bytes) {
  KeptBlocks* const blocks = bytes > KeptBlocks::limit ? nullptr : kept_blocks();
  if (blocks == nullptr) {
    std::free(block);
  } else {
    blocks->keep({block, bytes});
  }
}

}  // namespace me
