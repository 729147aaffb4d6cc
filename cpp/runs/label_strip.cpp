#include "runs/label_strip.h"

#include <algorithm>

#include "base/tuning.h"
#include "runs/bits.h"
#include "runs/label_events.h"
#include "runs/row_changes.h"

namespace me {

namespace {

// How many pixels differ from the one above in a column, as some rows show; at least one. Unknown,
// so all, where values do not lie side by side.
double events_of_column(const DenseItem& map) {
  const std::int64_t bytes = element_bytes(map.element);
  const auto [height, width] = map.size;
  if (map.column_stride != bytes || height < 2) return double(height);
  const std::int64_t samples = std::min<std::int64_t>(height / 2, 16);
  Buffer<std::uint64_t> words(words_for(width));
  std::int64_t events = 0;
  for (std::int64_t k = 0; k < samples; k++) {
    const char* row = map.data + (1 + k * (height - 1) / samples) * map.row_stride;
    change_kernels().differ[width_index(bytes)](row, row - map.row_stride, width, words.data());
    events += bit_kernels().count(words.data(), words.size());
  }
  return std::max(1.0, double(events) / double(samples * width) * double(height));
}

}  // namespace

std::int64_t columns_of_strip(const DenseItem& map, const Exec& exec) {
  constexpr std::int64_t narrow = LabelEvents::strip_columns;
  const auto [height, width] = map.size;
  std::int64_t columns = narrow;
  if (width > narrow) {
    // what a strip costs beside its events is a page of the map for each of its rows
    constexpr std::int64_t wide_bytes = 2048;  // of a row, for each of several threads at least
    const std::int64_t share = exec.threads == 1 ? width : (width - 1) / (2 * exec.threads) + 1;
    const std::int64_t part = std::max(share, wide_bytes / element_bytes(map.element));
    const double room = tuning::strip_events / events_of_column(map);
    columns = std::max(narrow, std::int64_t(std::min(double(part), room)));
  }
  return std::clamp<std::int64_t>(INT64_C(0xFFFFFFFF) / height, 1, columns);
}

LabelStrip label_strip(const DenseItem& map, std::int64_t x, std::int64_t columns) {
  LabelStrip strip;
  const DenseItem part = columns_from(map, x, columns);
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
