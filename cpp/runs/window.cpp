#include "runs/window.h"

#include <algorithm>

#include "runs/columns.h"
#include "runs/span_writer.h"

namespace me {

void append_window(const RunList& runs, const Window& window, Buffer<std::uint32_t>& counts) {
  const auto [height, width] = window.size();
  const std::int64_t x_begin = std::max<std::int64_t>(window.left, 0);
  const std::int64_t x_end = std::min(window.right, runs.size.width);
  const std::int64_t y_begin = std::max<std::int64_t>(window.top, 0);
  const std::int64_t y_end = std::min(window.bottom, runs.size.height);
  SpanWriter writer(counts, run_limit(runs));
  if (x_begin < x_end && y_begin < y_end) {  // then left and top are near zero: nothing overflows
    const std::int64_t origin = -window.left * height - window.top;
    for_each_block(
        runs, x_begin, x_end,
        [&, height = height](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
          const std::int64_t begin = std::max(y0, y_begin);
          const std::int64_t end = std::min(y1, y_end);
          if (begin >= end) return;
          if (end - begin == height) {
            writer.add(origin + x0 * height + begin, origin + (x1 - 1) * height + end);
            return;
          }
          for (std::int64_t x = x0; x < x1; x++) {
            writer.add(origin + x * height + begin, origin + x * height + end);
          }
        });
  }
  writer.finish(window.size().area());
}

}  // namespace me
