#include "base/file_system.h"
#include "bind/lock_released.h"
#include "bind/registry.h"

namespace me::bind::file_system_calls {

ME_BIND(file_system) {
  module.def(
      "sync_file_system",
      [](int folder) {
        const LockReleased release;
        return sync_file_system(folder);
      },
      py::arg("folder"));
}

}  // namespace me::bind::file_system_calls
