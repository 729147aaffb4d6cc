// What the standard library does not know of file systems.
#pragma once

namespace me {

// Has all that was written to the file system of a folder on its disk; false where the system has
// no such call, or it fails. Errors of files written before are told by syncing each of them alone.
bool sync_file_system(const char* folder);

}  // namespace me
