// The CPU levels that must agree.
#pragma once
#include <vector>

#include "base/dispatch.h"

namespace fuzz {

// The levels that this CPU has, as far as a sanitizer of memory understands them.
inline std::vector<me::Level> levels() {
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
  return {me::Level::scalar};
#endif
#endif
  return me::available_levels();
}

// Calls work() at each of them.
template <class Work>
void at_every_level(Work work) {
  static const std::vector<me::Level> all = levels();
  for (const me::Level level : all) {
    me::force_level(me::level_name(level));
    work();
  }
}

}  // namespace fuzz
