// Asks memory for what will be read soon. A hint only.
#pragma once

namespace me {

inline void prefetch([[maybe_unused]] const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#endif
}

}  // namespace me
