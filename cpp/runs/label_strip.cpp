#include "runs/label_strip.h"

#include <algorithm>

#include "runs/label_events.h"

namespace me {

std::int64_t columns_of_strip(const Size& size) {
  return std::clamp<std::int64_t>(INT64_C(0xFFFFFFFF) / size.height, 1, LabelEvents::strip_columns);
}

LabelStrip label_strip(const DenseItem& map, std::int64_t x) {
  LabelStrip strip;
  const DenseItem part = columns_from(map, x, columns_of_strip(map.size));
  const LabelStarts found = LabelEvents().read(part, strip.labels);
  const auto height = static_cast<std::uint32_t>(map.size.height);
  // background is written, too, and then written over: whether it comes next is hard to foresee
  strip.stretches.resize(found.starts.size());
  LabelStretch* stretch = strip.stretches.data();
  found.for_each(height, [&](std::int64_t column, LabelStart start, std::uint32_t stop) {
    const std::uint32_t first = static_cast<std::uint32_t>(column) * height;
    *stretch = {first + start.y, first + stop, start.number};
    stretch += start.number != LabelStart::background ? 1 : 0;
  });
  strip.stretches.truncate(stretch - strip.stretches.data());
  return strip;
}

}  // namespace me
