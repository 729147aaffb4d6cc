// Which pixels lie within a tolerance of a seed, and which steps lie within one.
//
// Integers are compared exactly, whatever their width. Floats are compared by their difference,
// computed in float64. A pixel with a value that is not finite is never matched.
#pragma once
#include <cstdint>

#include "runs/image_view.h"
#include "runs/pixel_kernels.h"

namespace me {

// How far a value may lie below and above another, per channel. `whole` is read for integers,
// `real` (not NaN, not negative) for floats.
struct Tolerance {
  std::uint64_t whole_below[max_channels] = {};
  std::uint64_t whole_above[max_channels] = {};
  double real_below[max_channels] = {};
  double real_above[max_channels] = {};
};

// The kernel of an element type in the tables of PixelKernels.
int pixel_kind(Element element);
const kernels::PixelKernels& pixel_kernels();

// Writes the bounds of the values within the tolerance of those of `pixel` (interleaved values as
// PixelReader gives them). False when no value is: the pixel is not finite.
bool bound_pixel(const ImageView& image, const char* pixel, const Tolerance& tolerance,
                 kernels::PixelBounds& bounds);

// The bounds of all pixels that can be matched at all.
void bound_any(const ImageView& image, kernels::PixelBounds& bounds);

// The bounds of integers in [low, high], given by their 64 bits; one channel.
void bound_between(Element element, std::uint64_t low, std::uint64_t high,
                   kernels::PixelBounds& bounds);

// The bounds of steps.
void bound_steps(const ImageView& image, const Tolerance& tolerance, kernels::PixelBounds& bounds);

}  // namespace me
