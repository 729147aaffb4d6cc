#include "runs/window.h"

#include <algorithm>

#include "base/tuning.h"
#include "runs/bit_string.h"
#include "runs/bit_writer.h"
#include "runs/bits.h"
#include "runs/columns.h"
#include "runs/span_writer.h"

namespace me {
namespace {

// Column by column as bits, where at least half of the mask is seen: what is not is read as well.
void append_window_of_bits(const RunList& runs, const Window& window,
                           Buffer<std::uint32_t>& counts) {
  const Size source = runs.size;
  const std::int64_t height = window.size().height;
  const std::int64_t x_end = std::min(window.right, source.width);
  const std::int64_t above = std::max<std::int64_t>(-window.top, 0);
  const std::int64_t first = std::max<std::int64_t>(window.top, 0);
  const std::int64_t rows = std::min(window.bottom, source.height) - first;
  counts.reserve(counts.size() + runs.n + runs.n / 8);
  BitFiller filler(runs);
  Buffer<std::uint64_t> column(words_for(source.height) + 1);
  BitString out(counts);
  out.add_background(std::max<std::int64_t>(-window.left, 0) * height);
  for (std::int64_t x = 0; x < x_end; x++) {
    filler.fill(column.data(), source.height);
    poll(static_cast<double>(source.height) / 8);
    if (x < window.left) continue;
    out.add_background(above);
    out.add(column.data(), first, rows);
    out.add_background(height - above - rows);
  }
  out.add_background((window.right - x_end) * height);
  out.finish();
}

}  // namespace

void append_window(const RunList& runs, const Window& window, Buffer<std::uint32_t>& counts) {
  const auto [height, width] = window.size();
  const std::int64_t x_begin = std::max<std::int64_t>(window.left, 0);
  const std::int64_t x_end = std::min(window.right, runs.size.width);
  const std::int64_t y_begin = std::max<std::int64_t>(window.top, 0);
  const std::int64_t y_end = std::min(window.bottom, runs.size.height);
  if (x_begin < x_end && y_begin < y_end && window.size().area() <= UINT32_MAX &&
      short_runs(runs, tuning::window_dense_run) &&
      2 * (x_end - x_begin) * (y_end - y_begin) >= runs.size.area()) {
    append_window_of_bits(runs, window, counts);
    return;
  }
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

void write_window(const std::uint64_t* mask, Size size, const Window& window, std::uint64_t* out) {
  const std::int64_t height = window.size().height;
  const std::int64_t x_begin = std::max<std::int64_t>(window.left, 0);
  const std::int64_t x_end = std::min(window.right, size.width);
  const std::int64_t y_begin = std::max<std::int64_t>(window.top, 0);
  const std::int64_t y_end = std::min(window.bottom, size.height);
  BitWriter writer(out);
  if (x_begin >= x_end || y_begin >= y_end) {
    writer.add_background(window.size().area());
    return;
  }
  writer.add_background((x_begin - window.left) * height);
  if (y_end - y_begin == height && height == size.height) {
    writer.add(mask, x_begin * height, (x_end - x_begin) * height);
  } else {
    for (std::int64_t x = x_begin; x < x_end; x++) {
      writer.add_background(y_begin - window.top);
      writer.add(mask, x * size.height + y_begin, y_end - y_begin);
      writer.add_background(window.bottom - y_end);
    }
  }
  writer.add_background((window.right - x_end) * height);
}

}  // namespace me
