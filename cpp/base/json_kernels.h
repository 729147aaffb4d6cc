// Steps over nested JSON by its quotes and brackets alone, 64 bytes at a time.
#pragma once
#include <cstdint>

namespace me::kernels {

struct JsonNesting {
  std::int64_t depth;
  std::int64_t floor;  // stays above this
  bool in_string;
  bool escaped;  // the next byte follows a backslash inside a string
};

// Takes whole blocks of [p, end); gives where it stopped: fewer than 64 bytes before the end, or
// at the bracket that would bring the depth down to the floor.
using SkipNested = const char* (*)(const char* p, const char* end, JsonNesting* nesting);

const char* skip_nested_avx2(const char* p, const char* end, JsonNesting* nesting);

}  // namespace me::kernels
