// Height and width of a mask, in pixels.
#pragma once
#include <cstdint>

namespace me {

struct Size {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t area() const { return height * width; }
  bool operator==(const Size& other) const {
    return height == other.height && width == other.width;
  }
  bool operator!=(const Size& other) const { return !(*this == other); }
};

inline constexpr std::int64_t max_side = INT32_MAX;

}  // namespace me
