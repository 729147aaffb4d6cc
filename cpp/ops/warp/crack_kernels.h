// Kernels that mark where mapped cracks cross the centre lines of a result's columns.
#pragma once
#include <cstdint>

namespace me::kernels {

// A pixel of the result at which its value may change.
struct Mark {
  std::uint32_t x, y;
};

// Sides of pixels of the source, horizontal or vertical ones, as segments between corners.
struct Cracks {
  static constexpr std::int64_t room = 256;
  std::int32_t x0[room], y0[room], x1[room], y1[room];
  std::int64_t n = 0;
};

// Corner (x, y) of the source lies at (m[0..2] . c) / (m[6..8] . c) and (m[3..5] . c) / (m[6..8] .
// c) of the result with c = (x - shift, y - shift, 1), without the division if affine, and `slack`
// is how far that may be off. `centre` is the coordinate of the first pixel's centre.
struct CrackMap {
  double m[9];
  bool affine;
  double shift, centre, slack;
  double width, height;  // of the result
};

// What was found: the least and the greatest x of all segments so far, and those of the cracks that
// the caller is to mark: long ones, upright ones, and crossings near a pixel's centre.
struct CrackFindings {
  double left, right;
  std::int64_t n_rest = 0;
  std::uint8_t rest[Cracks::room];
};

// Of a segment: how long it may be along the columns, and how many of their centres it then crosses
// at most.
inline constexpr double least_run = 0.01;
inline constexpr double most_run = 1.98;
inline constexpr int most_crossed = 3;
inline constexpr std::int64_t marks_room = most_crossed * Cracks::room + 16;

// Writes the first pixel below each crossing in the result, at most marks_room, and returns how
// many there are. How much a crossing may be off grows with the slope.
using MarkCracks = std::int64_t (*)(const CrackMap& map, const Cracks& cracks, Mark* marks,
                                    CrackFindings& found);

std::int64_t mark_cracks_scalar(const CrackMap& map, const Cracks& cracks, Mark* marks,
                                CrackFindings& found);
std::int64_t mark_cracks_avx512(const CrackMap& map, const Cracks& cracks, Mark* marks,
                                CrackFindings& found);

}  // namespace me::kernels
