// The rules that decide row by row, behind one call. Private to rasterize.
#pragma once
#include "geometry/target.h"
#include "ops/rasterize/gdal.h"
#include "ops/rasterize/opencv.h"
#include "ops/rasterize/pillow.h"
#include "ops/rasterize/rasterize.h"
#include "ops/rasterize/row_bits.h"
#include "ops/rasterize/skimage.h"

namespace me::cpu {

// Takes what a polygon fills: begin() with the box that holds it all, if there is one, then take()
// for each strip of columns of it.
class BoxReader {
 public:
  virtual void begin(const PixelBox& box) = 0;
  virtual void take(RowBits& bits) = 0;

 protected:
  ~BoxReader() = default;
};

class RowRules {
 public:
  // Draws the polygon by one of the rules below.
  void draw(const Target& target, PixelRule rule, BoxReader& reader);

  // Gives its toggles to `sink`, a CountsSink or a PositionsSink.
  template <class Sink>
  void fill(const Target& target, PixelRule rule, Sink& sink);

 private:
  template <class Rule>
  void draw_by(Rule& rule, const Target& target, BoxReader& reader);

  OpencvRule opencv_;
  PillowRule pillow_;
  SkimageRule skimage_;
  GdalRule gdal_{false};
  GdalRule all_touched_{true};
  RowBits bits_;
};

}  // namespace me::cpu
