// The one exception type of the core. Bindings translate `kind` to the Python exception classes.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace me {

enum class ErrorKind {
  argument,        // a value out of its range
  type,            // a dtype or layout that the operation does not take
  malformed_rle,   // counts that do not describe a mask of the stated size
  shape_mismatch,  // sizes that must agree do not
  bad_polygon,     // a ring that has no meaning (NaN, too few vertices)
  bad_file,        // bytes that are not the format they claim to be
  limit,           // a configured limit would be passed
};

// `parameter` and `index` (item in the batch, -1 when the call is not about one item) name the
// culprit; `what()` says what was expected and what came.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind error_kind, std::string parameter_name, const std::string& text,
        std::int64_t item = -1)
      : std::runtime_error(text),
        kind(error_kind),
        parameter(std::move(parameter_name)),
        index(item) {}

  ErrorKind kind;
  std::string parameter;
  std::int64_t index;
};

inline void require(bool condition, ErrorKind kind, const char* parameter, const char* text,
                    std::int64_t index = -1) {
  if (!condition) throw Error(kind, parameter, text, index);
}

}  // namespace me
