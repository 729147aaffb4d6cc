// The double nearest to a decimal. Every standard library prints doubles; not every one reads them.
#pragma once
#include <charconv>
#include <system_error>
#if !defined(__cpp_lib_to_chars)
#include <cmath>
#include <locale>
#include <sstream>
#include <string>
#endif

namespace me {

// False where the text is no decimal, or one beyond the doubles.
inline bool read_decimal(const char* begin, const char* end, double& value) {
#if defined(__cpp_lib_to_chars)
  return std::from_chars(begin, end, value).ec == std::errc();
#else
  std::istringstream text(std::string(begin, end));
  text.imbue(std::locale::classic());
  value = 0;
  text >> value;  // fails for subnormal numbers as well, but gives them
  return !text.fail() || (value != 0 && std::isfinite(value));
#endif
}

}  // namespace me
