#include "base/size.h"

#include "base/error.h"

namespace me {

std::string text_of(const Size& size) {
  return "(" + std::to_string(size.height) + ", " + std::to_string(size.width) + ")";
}

void throw_size(const char* parameter, std::int64_t index, const Size& wanted, const Size& got) {
  throw Error(ErrorKind::shape_mismatch, parameter,
              "expected the size " + text_of(wanted) + ", got " + text_of(got), index);
}

}  // namespace me
