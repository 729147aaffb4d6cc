// What the standard library does not know of file systems.
#pragma once

namespace me {

// Has all that was written to the file system of an open folder on its disk; false where the system
// has no such call, or some write has failed since the folder was opened.
bool sync_file_system(int folder);

}  // namespace me
