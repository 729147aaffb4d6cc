// Limits that guard memory and time, which the caller may raise.
#pragma once
#include <cstdint>

#include "base/error.h"

namespace me {

enum class Limit { decode_pixels, mask_runs, counts_bytes, item_vertices, crossings, json_depth };

inline constexpr int limit_count = 6;

// The name by which callers know it.
const char* limit_name(Limit limit);

// What is allowed now, in the whole process.
std::int64_t limit_of(Limit limit);
void set_limit(Limit limit, std::int64_t value);

// A call needs `value` where less is allowed. Python says how the limit is raised.
class LimitError : public Error {
 public:
  LimitError(Limit passed, std::int64_t needed, const char* parameter_name, std::int64_t item = -1);

  const char* name;
  std::int64_t value;
};

inline void check_limit(Limit limit, std::int64_t needed, const char* parameter,
                        std::int64_t item = -1) {
  if (needed > limit_of(limit)) throw LimitError(limit, needed, parameter, item);
}

}  // namespace me
