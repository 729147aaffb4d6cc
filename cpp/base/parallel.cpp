#include "base/parallel.h"

#include <atomic>
#include <exception>

#include "base/crew.h"

namespace me {

void share_chunks(const Exec& exec, std::int64_t n, std::int64_t chunks, const ChunkWork& work) {
  std::atomic<std::int64_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  const auto fail = [&] {
    if (!failed.exchange(true)) failure = std::current_exception();
  };
  const auto loop = [&] {
    const StopWhen stop(failed);
    for (std::int64_t c = next++; c < chunks && !failed; c = next++) {
      try {
        work.call(work.work, c, chunk_begin(n, chunks, c), chunk_begin(n, chunks, c + 1));
      } catch (...) {
        fail();
      }
    }
  };
  auto run = [](void* context) { (*static_cast<const decltype(loop)*>(context))(); };
  const auto wanted = std::min<std::int64_t>(exec.threads, chunks) - 1;
  {
    SharedWork shared(static_cast<int>(wanted), run,
                      const_cast<void*>(static_cast<const void*>(&loop)));
    loop();
    try {
      shared.wait();
    } catch (const Interrupted&) {
      fail();
    }
  }
  if (failed) std::rethrow_exception(failure);
}

}  // namespace me
