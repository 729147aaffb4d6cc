#include "runs/reverse.h"

#include <algorithm>

#include "base/interrupt.h"
#include "runs/columns.h"
#include "runs/copy.h"
#include "runs/span_writer.h"

namespace me {
namespace {

// Writes the upside-down runs to `out`, which holds n + 2 * min(n, width) + 2 values, and returns
// their end; or nullptr when a run inside has no pixels or is too long for one count.
//
// A column is the tail of a run that began before, whole runs, and the head of a run that goes
// on: upside down the head comes first, then the whole runs backwards, then the tail. The counts
// of whole runs are copied; only heads and tails are added up.
std::uint32_t* turn_columns(const RunList& runs, std::uint32_t* out) {
  const std::int64_t height = runs.size.height;
  std::int64_t pending = 0;  // the run in hand, which the next column may lengthen
  bool pending_value = false;
  std::int64_t run = 0;
  std::int64_t left = runs.counts[0];  // pixels of `run` not yet placed
  const auto lead = [&](bool value, std::int64_t length) {
    if (value != pending_value) {
      if (pending > UINT32_MAX) return false;
      *out++ = static_cast<std::uint32_t>(pending);
      pending = 0;
      pending_value = value;
    }
    pending += length;
    return true;
  };
  for (std::int64_t x = 0; x < runs.size.width;) {
    if (left >= height) {
      const std::int64_t columns =
          left < 2 * height ? 1 : std::min(left / height, runs.size.width - x);
      if (!lead((run & 1) != 0, columns * height)) return nullptr;
      left -= columns * height;
      x += columns;
      continue;
    }
    if (left == 0) {
      if (++run == runs.n || runs.counts[run] == 0) return nullptr;
      left = runs.counts[run];
      if (left >= height) continue;
    }
    std::int64_t last = run + 1;  // the run that holds the last row of the column
    std::int64_t placed = left;
    bool zero = false;
    for (; last < runs.n && placed + runs.counts[last] < height; last++) {
      placed += runs.counts[last];
      zero |= runs.counts[last] == 0;
    }
    if (last == runs.n || zero) return nullptr;
    poll(5 * static_cast<double>(last - run));
    if (!lead((last & 1) != 0, height - placed) || pending > UINT32_MAX) return nullptr;
    *out++ = static_cast<std::uint32_t>(pending);
    for (std::int64_t k = last - 1; k > run; k--) *out++ = runs.counts[k];
    pending = left;
    pending_value = (run & 1) != 0;
    left = runs.counts[last] - (height - placed);
    run = last;
    x++;
  }
  if (pending > UINT32_MAX) return nullptr;
  *out++ = static_cast<std::uint32_t>(pending);
  return out;
}

// The same for any runs, stretch by stretch.
void append_turned_columns(const RunList& runs, Buffer<std::uint32_t>& counts) {
  struct Stretch {
    std::int64_t begin, end;
  };
  const std::int64_t height = runs.size.height;
  SpanWriter writer(counts, run_limit(runs));
  Buffer<Stretch> stretches;  // of column x, bottom to top of the result
  std::int64_t x = 0;
  const auto end_column = [&] {
    for (std::int64_t k = stretches.size() - 1; k >= 0; k--) {
      writer.add(stretches[k].begin, stretches[k].end);
    }
    stretches.clear();
  };
  for_each_block(runs, [&](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    if (x0 != x) {
      end_column();
      x = x0;
    }
    stretches.push_back({(x0 + 1) * height - y1, x1 * height - y0});
  });
  end_column();
  writer.finish(runs.size.area());
}

}  // namespace

void append_reversed(const RunList& runs, Buffer<std::uint32_t>& counts) {
  // A last foreground run needs an empty background run before it; a first background run of no
  // pixels goes.
  const std::int64_t start = counts.size();
  const std::int64_t skipped = runs.n > 1 && runs.counts[0] == 0 ? 1 : 0;
  if (runs.n % 2 == 0) counts.push_back(0);
  std::uint32_t* out = counts.grow(runs.n - skipped);
  if (copy_nonzero_backwards(runs.counts + skipped, runs.n - skipped, out)) return;
  counts.truncate(start);
  SpanWriter writer(counts, run_limit(runs));
  const std::int64_t area = runs.size.area();
  std::int64_t position = 0;
  for (std::int64_t i = runs.n - 1; i >= 0; i--) {
    const std::int64_t end = std::min(position + std::int64_t{runs.counts[i]}, area);
    if ((i & 1) != 0 && end > position) writer.add(position, end);
    position = end;
  }
  writer.finish(area);
}

void append_upside_down(const RunList& runs, Buffer<std::uint32_t>& counts) {
  const std::int64_t start = counts.size();
  if (runs.size.height > 0 && runs.size.width > 0) {
    std::uint32_t* out = counts.grow(runs.n + 2 * std::min(runs.n, runs.size.width) + 2);
    const std::uint32_t* end = turn_columns(runs, out);
    if (end != nullptr) {
      counts.truncate(start + (end - out));
      return;
    }
    counts.truncate(start);
  }
  append_turned_columns(runs, counts);
}

}  // namespace me
