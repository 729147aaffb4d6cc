// Height and width of a mask, in pixels.
#pragma once
#include <cstdint>
#include <string>

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

std::string text_of(const Size& size);  // "(height, width)"

// Refuses another size than what was wanted, in item `index` of a parameter where it is not -1.
[[noreturn]] void throw_size(const char* parameter, std::int64_t index, const Size& wanted,
                             const Size& got);
inline void require_size(const char* parameter, std::int64_t index, const Size& wanted,
                         const Size& got) {
  if (got != wanted) throw_size(parameter, index, wanted, got);
}

}  // namespace me
