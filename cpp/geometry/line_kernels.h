// The rows at which a line crosses columns of pixel centres, several columns at a time.
#pragma once
#include <cstdint>

namespace me::kernels {

// At column c, with u = u_step * c + u_first and each operation rounded by itself:
//   plain: z = (base + slope * (u - origin)) + 1/2;
//   walk, where line.steep is 0: the same;
//   walk, where it is 1: z = base + t or the integer below it, where t is the integer nearest to
//          slope * (u - origin): below when the walk (origin + 1/2 + across * t) + 1/2 has passed
//          u + 1 at step t, upwards or downwards by the sign of across.
// Then row = floor((floor(z) + shift) * scale), with z clamped to [0, bottom].
struct Line {
  double base, slope, origin, across;
  std::int64_t steep;
};

struct Columns {
  double u_step, u_first;
  double bottom, shift, scale;
};

// z this near to an integer is called doubtful.
inline constexpr double line_doubt = 0x1p-11;
// `rows` has room for this many more values than asked for.
inline constexpr std::int64_t line_padding = 8;

// Both write the rows at columns [first, first + n); plain returns true when a z may be doubtful.
using PlainRows = bool (*)(const Line&, const Columns&, std::int64_t first, std::int64_t n,
                           std::uint32_t* rows);
using WalkRows = void (*)(const Line&, const Columns&, std::int64_t first, std::int64_t n,
                          std::uint32_t* rows);

struct LineKernels {
  PlainRows plain;
  WalkRows walk;
};

extern const LineKernels line_scalar;
extern const LineKernels line_avx2;
extern const LineKernels line_avx512;

}  // namespace me::kernels
