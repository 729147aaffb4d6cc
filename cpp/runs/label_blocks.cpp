#include "runs/label_blocks.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/poll_some.h"
#include "runs/label_events.h"

namespace me {

LabelBlocks label_blocks(const DenseItem& map) {
  LabelBlocks out;
  out.offsets.push_back(0);
  if (map.size.area() == 0) return out;
  Numbering labels;
  LabelEvents events;
  std::vector<LabelStarts> strips;
  for (std::int64_t x = 0; x < map.size.width; x += LabelEvents::strip_columns) {
    strips.push_back(events.read(columns_from(map, x, LabelEvents::strip_columns), labels));
  }
  // By number + 1, so that background is 0: the stretches, then where the next one goes. Those of
  // background all go to one place behind the others, rather than by a branch hard to foresee.
  Buffer<std::int64_t> next(labels.values().size() + 1);
  std::fill(next.begin(), next.end(), std::int64_t{0});
  for (const LabelStarts& strip : strips) {
    poll(5.0 * double(strip.starts.size()));
    for (const LabelStart& start : strip.starts) next[start.number + 1]++;
  }
  std::int64_t end = 0;
  for (const std::uint32_t number : label_order(labels, map.element)) {
    poll_some(out.ids.size(), 20);
    const std::int64_t begin = end;
    end += std::exchange(next[std::int64_t{number} + 1], begin);
    out.offsets.push_back(end);
    out.ids.push_back(labels.values()[number]);
  }
  next[0] = end;
  out.blocks.resize(end + 1);
  std::uint32_t left = 0;
  for (const LabelStarts& strip : strips) {
    poll(20.0 * double(strip.starts.size()));
    strip.for_each(map.size.height, [&](std::int64_t x, LabelStart start, std::uint32_t stop) {
      std::int64_t& to = next[start.number + 1];
      out.blocks[to] = {left + static_cast<std::uint32_t>(x), start.y, stop};
      to += start.number != LabelStart::background ? 1 : 0;
    });
    left += std::uint32_t{LabelEvents::strip_columns};
  }
  return out;
}

}  // namespace me
