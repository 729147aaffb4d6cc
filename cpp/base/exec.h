// Where and how one call runs.
#pragma once

namespace me {

struct Exec {
  int threads = 1;
};

}  // namespace me
