// Size arithmetic that cannot overflow silently.
#pragma once
#include <cstdint>

#include "base/error.h"

namespace me {

// a * b for non-negative sizes; throws ErrorKind::limit when the product leaves int64.
inline std::int64_t checked_mul(std::int64_t a, std::int64_t b, const char* parameter) {
  if (a != 0 && b > INT64_MAX / a) {
    throw Error(ErrorKind::limit, parameter, "the product of the sizes exceeds 2^63-1");
  }
  return a * b;
}

inline std::int64_t checked_add(std::int64_t a, std::int64_t b, const char* parameter) {
  if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) {
    throw Error(ErrorKind::limit, parameter, "the sum exceeds 2^63-1");
  }
  return a + b;
}

}  // namespace me
