// JSON text 64 bytes at a time: steps over what is nested by quotes and brackets alone, and reads
// lists of short decimals.
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

struct DecimalList {
  double* to;                           // the next value
  double* end;                          // of the room
  int whole_with_point, whole_without;  // not 0 after a number without a fraction, written so
};

// Most numbers of 64 bytes.
inline constexpr std::int64_t decimals_in_block = 32;

// Takes numbers of up to eight digits and a point from a list, with the comma and one blank after
// each; gives where it stopped: at a number of another kind, at the last one of the list, near the
// end of the text, or when there is room for less than decimals_in_block.
using TakeDecimals = const char* (*)(const char* p, const char* end, DecimalList* list);

const char* take_decimals_avx2(const char* p, const char* end, DecimalList* list);

}  // namespace me::kernels
