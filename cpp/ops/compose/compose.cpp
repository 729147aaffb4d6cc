#include "ops/compose/compose.h"

#include <algorithm>
#include <cstring>

#include "base/values.h"
#include "runs/cursor.h"
#include "runs/transposed.h"

namespace me::cpu {
namespace {

// Sets the pixels [begin, end) of the map, counted row by row.
void paint(const MutableMaskView& map, std::int64_t begin, std::int64_t end, std::uint64_t value) {
  const std::int64_t bytes = element_bytes(map.element);
  if (map.column_stride == bytes && map.row_stride == bytes * map.width) {
    set_values(map.data + begin * bytes, end - begin, bytes, value);
    return;
  }
  while (begin < end) {
    const std::int64_t y = begin / map.width;
    const std::int64_t x = begin % map.width;
    const std::int64_t n = std::min(end - begin, map.width - x);
    char* to = map.data + y * map.row_stride + x * map.column_stride;
    with_unsigned(bytes, [&](auto zero) {
      const auto typed = static_cast<decltype(zero)>(value);
      for (std::int64_t k = 0; k < n; k++) {
        std::memcpy(to + k * map.column_stride, &typed, sizeof(typed));
      }
    });
    begin += n;
  }
}

}  // namespace

void compose(const RunsView& masks, const std::uint64_t* labels, const std::int64_t* order,
             const MutableMaskView& map) {
  const std::int64_t area = map.height * map.width;
  if (area == 0) return;
  paint(map, 0, area, 0);
  Buffer<std::uint32_t> counts;
  for (std::int64_t k = 0; k < masks.n; k++) {
    const std::int64_t i = order[k];
    const RunList runs = masks[i];
    if (runs.n < 2) continue;
    counts.clear();
    append_transposed(runs, {}, counts);  // so that what is painted lies along rows
    const RunList rows{counts.data(), counts.size(), {map.width, map.height}};
    for_each_span(rows,
                  [&](std::int64_t begin, std::int64_t end) { paint(map, begin, end, labels[i]); });
  }
}

}  // namespace me::cpu
