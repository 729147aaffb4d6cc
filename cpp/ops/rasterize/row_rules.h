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

class RowRules {
 public:
  // Gives the toggles of the polygon by one of the rules below to `sink`, a CountsSink or a
  // PositionsSink.
  template <class Sink>
  void fill(const Target& target, PixelRule rule, Sink& sink);

 private:
  template <class Rule, class Sink>
  void fill_by(Rule& rule, const Target& target, Sink& sink);

  OpencvRule opencv_;
  PillowRule pillow_;
  SkimageRule skimage_;
  GdalRule gdal_{false};
  GdalRule all_touched_{true};
  RowBits bits_;
};

}  // namespace me::cpu
