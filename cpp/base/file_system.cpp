#include "base/file_system.h"

#if defined(__linux__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace me {

bool sync_file_system([[maybe_unused]] const char* folder) {
#if defined(__linux__)
  const int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool done = syncfs(handle) == 0;
  close(handle);
  return done;
#else
  return false;
#endif
}

}  // namespace me
