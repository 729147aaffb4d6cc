#include "ops/rasterize/row_rules.h"

#include "runs/toggles.h"

namespace me::cpu {

// Strips of columns bound the memory; the runs go column by column, so they join by themselves.
template <class Rule, class Sink>
void RowRules::fill_by(Rule& rule, const Target& target, Sink& sink) {
  const PixelBox box = rule.prepare(target);
  if (box.empty()) return;
  const std::int64_t rows = 64 * words_for(box.bottom - box.top);
  if (rows > 16 * RowBits::max_words) {
    throw Error(ErrorKind::limit, "polygons",
                "expected a polygon that spans at most " + std::to_string(16 * RowBits::max_words) +
                    " rows of the image, got " + std::to_string(box.bottom - box.top),
                target.item);
  }
  const std::int64_t step = 64 * std::max<std::int64_t>(RowBits::max_words / rows, 1);
  for (std::int64_t left = box.left; left < box.right; left += step) {
    bits_.start({left, box.top, std::min(left + step, box.right), box.bottom});
    rule.draw(bits_);
    bits_.give(target.size.height, sink);
  }
}

template <class Sink>
void RowRules::fill(const Target& target, PixelRule rule, Sink& sink) {
  switch (rule) {
    case PixelRule::opencv:
      return fill_by(opencv_, target, sink);
    case PixelRule::pillow:
      return fill_by(pillow_, target, sink);
    case PixelRule::skimage:
      return fill_by(skimage_, target, sink);
    case PixelRule::gdal:
      return fill_by(gdal_, target, sink);
    case PixelRule::all_touched:
      return fill_by(all_touched_, target, sink);
    case PixelRule::exact:
    case PixelRule::coco:
      break;
  }
}

template void RowRules::fill(const Target&, PixelRule, CountsSink&);
template void RowRules::fill(const Target&, PixelRule, PositionsSink&);

}  // namespace me::cpu
