#include "ops/rasterize/row_rules.h"

#include "runs/toggles.h"

namespace me::cpu {

namespace {

template <class Sink>
class Giver : public BoxReader {
 public:
  Giver(std::int64_t height, Sink& sink) : height_(height), sink_(sink) {}

  void begin(const PixelBox&) override {}
  void take(RowBits& bits) override { bits.give(height_, sink_); }

 private:
  std::int64_t height_;
  Sink& sink_;
};

}  // namespace

// Strips of columns bound the memory; the runs go column by column, so they join by themselves.
template <class Rule>
void RowRules::draw_by(Rule& rule, const Target& target, BoxReader& reader) {
  const PixelBox box = rule.prepare(target);
  if (box.empty()) return;
  const std::int64_t rows = 64 * words_for(box.bottom - box.top);
  if (rows > 16 * RowBits::max_words) {
    throw Error(ErrorKind::limit, "polygons",
                "expected a polygon that spans at most " + std::to_string(16 * RowBits::max_words) +
                    " rows of the image, got " + std::to_string(box.bottom - box.top),
                target.item);
  }
  reader.begin(box);
  const std::int64_t step = 64 * std::max<std::int64_t>(RowBits::max_words / rows, 1);
  for (std::int64_t left = box.left; left < box.right; left += step) {
    bits_.start({left, box.top, std::min(left + step, box.right), box.bottom});
    rule.draw(bits_);
    reader.take(bits_);
  }
}

void RowRules::draw(const Target& target, PixelRule rule, BoxReader& reader) {
  switch (rule) {
    case PixelRule::opencv:
      return draw_by(opencv_, target, reader);
    case PixelRule::pillow:
      return draw_by(pillow_, target, reader);
    case PixelRule::skimage:
      return draw_by(skimage_, target, reader);
    case PixelRule::gdal:
      return draw_by(gdal_, target, reader);
    case PixelRule::all_touched:
      return draw_by(all_touched_, target, reader);
    case PixelRule::exact:
    case PixelRule::coco:
      break;
  }
}

template <class Sink>
void RowRules::fill(const Target& target, PixelRule rule, Sink& sink) {
  Giver<Sink> giver(target.size.height, sink);
  draw(target, rule, giver);
}

template void RowRules::fill(const Target&, PixelRule, CountsSink&);
template void RowRules::fill(const Target&, PixelRule, PositionsSink&);

}  // namespace me::cpu
