#include "base/file_system.h"

#if defined(__linux__)
#include <unistd.h>
#endif

namespace me {

bool sync_file_system([[maybe_unused]] int folder) {
#if defined(__linux__)
  return syncfs(folder) == 0;
#else
  return false;
#endif
}

}  // namespace me
