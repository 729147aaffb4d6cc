// A brush that takes only pixels of a colour, connected to the way it goes.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "ops/canvas/sweep.h"
#include "ops/canvas/taken.h"
#include "runs/flood_fill.h"
#include "runs/pixel_match.h"

namespace me::cpu {

struct ColourRange {
  ImageView image;                 // all of it, or a window
  std::int64_t left = 0, top = 0;  // where the first pixel of `image` is
  Tolerance tolerance;
  bool mean = false;  // compared with the mean of what was taken, not with the pressed pixel
};

// Of each segment of the way (the first point alone is one, too) it takes the pixels of the swept
// shape that are within the tolerance of the reference and connected, over four neighbours like
// that, to pixels that the centre line touches.
class SmartBrush {
 public:
  SmartBrush(Size size, const ColourRange& range, std::int64_t max_area)
      : size_(size), range_(range), max_area_(max_area) {}

  // The window for the moves to come.
  void look_at(const ImageView& image, std::int64_t left, std::int64_t top) {
    range_.image = image;
    range_.left = left;
    range_.top = top;
  }

  // What is newly taken on the way over further points, in order; null when the stroke would take
  // more than max_area. It is taken for good once keep() is called.
  const Buffer<RowSpan>* move(const Sweep& sweep, const BrushPoint* points, std::int64_t n);
  void keep() {
    fresh_.clear();
    kept_sums_ = sums_;
  }
  // Gives back what was taken since.
  void give_back();

  void append_taken(Buffer<RowSpan>& spans) const { taken_.append_spans(spans); }

 private:
  // What was taken, in sum.
  struct Sums {
    std::int64_t pixels = 0;
    double values[max_channels] = {};
  };

  void press(const BrushPoint& point);
  bool take_segment(const Sweep& sweep, const BrushPoint& a, const BrushPoint& b);
  void add_to_sums(std::int64_t from);
  bool bounds(kernels::PixelBounds& bounds) const;

  Size size_;
  ColourRange range_;
  std::int64_t max_area_;
  TakenPixels taken_;
  std::vector<char> pressed_;  // the pixel, as PixelReader gives it
  Sums sums_, kept_sums_;
  Buffer<RowSpan> fresh_;
  Buffer<LineSpan> swept_, line_;
  Buffer<RowSpan> spans_;
  Buffer<std::int64_t> seeds_;
};

}  // namespace me::cpu
