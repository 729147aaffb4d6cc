#include "ops/resize/resize.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "base/dispatch.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "ops/resize/pick_kernels.h"
#include "runs/bit_string.h"
#include "runs/bit_writer.h"
#include "runs/bits.h"
#include "runs/collect.h"
#include "runs/columns.h"
#include "runs/span_writer.h"

namespace me::cpu {
namespace {

// One side of the map from source to result.
class Axis {
 public:
  // `lookups` says how often first() will be asked: a table pays from about one per source index.
  Axis(std::int64_t source, std::int64_t target, Nearest rule, std::int64_t lookups)
      : source_(source), target_(target), rule_(rule) {
    if (source == 0 || source > lookups) return;
    std::int64_t* first = table_.grow(source + 1);
    for (std::int64_t s = 0; s <= source; s++) first[s] = compute(s);
  }

  // The first index of the result that shows source index `s` or a later one; s in [0, source].
  std::int64_t first(std::int64_t s) const { return table_.empty() ? compute(s) : table_[s]; }

 private:
  // Products stay below 2^63 as sides are below 2^31.
  std::int64_t compute(std::int64_t s) const {
    if (rule_ == Nearest::opencv) return compute_opencv(s);
    // the least i with (2 i + 1) * source >= 2 * target * s
    return (2 * s * target_ + source_ - 1) / (2 * source_);
  }

  // Its doubles are off by less than one index, so the exact answer is next to this one.
  std::int64_t compute_opencv(std::int64_t s) const {
    const double step = 1.0 / (static_cast<double>(target_) / static_cast<double>(source_));
    const auto shown = [&](std::int64_t i) {
      const auto index = static_cast<std::int64_t>(std::floor(static_cast<double>(i) * step));
      return std::min(index, source_ - 1);
    };
    if (s == source_) return target_;
    std::int64_t i = (s * target_ + source_ - 1) / source_;
    while (i > 0 && shown(i - 1) >= s) i--;
    while (i < target_ && shown(i) < s) i++;
    return i;
  }

  std::int64_t source_;
  std::int64_t target_;
  Nearest rule_;
  Buffer<std::int64_t> table_;
};

// The rows of the source that are shown, as bits; false when one is shown twice.
bool choose_rows(const Axis& rows, std::int64_t height, Buffer<std::uint64_t>& chosen) {
  chosen.resize(words_for(height));
  std::fill(chosen.begin(), chosen.end(), std::uint64_t{0});
  for (std::int64_t y = 0; y < height; y++) {
    const std::int64_t shown = rows.first(y + 1) - rows.first(y);
    if (shown > 1) return false;
    chosen[y >> 6] |= static_cast<std::uint64_t>(shown) << (y & 63);
  }
  return true;
}

// The columns of a mask of short runs as bits, of which the shown ones are picked out: no more runs
// than before, but for the seams of columns.
bool append_picked(const RunList& runs, const Size& size, const Axis& rows, const Axis& columns,
                   Buffer<std::uint32_t>& counts) {
  const kernels::PickBits pick =
      select<kernels::PickBits>(nullptr, ME_X86(&kernels::pick_bits_avx2), nullptr);
  const std::int64_t height = runs.size.height;
  Buffer<std::uint64_t> chosen;
  if (pick == nullptr || !short_runs(runs, tuning::resize_dense_run) || size.height > height ||
      size.width > runs.size.width || !choose_rows(rows, height, chosen)) {
    return false;
  }
  BitFiller filler(runs);
  Buffer<std::uint64_t> column(words_for(height));
  Buffer<std::uint64_t> picked(words_for(height) + 2);
  BitString out(counts);
  for (std::int64_t x = 0; x < runs.size.width; x++) {
    filler.fill(column.data(), height);
    poll(static_cast<double>(height) / 8);
    const std::int64_t times = columns.first(x + 1) - columns.first(x);
    if (times > 0) pick(column.data(), chosen.data(), column.size(), picked.data());
    for (std::int64_t k = 0; k < times; k++) out.add(picked.data(), 0, size.height);
  }
  out.finish();
  return true;
}

// The same of a mask that is bits already: from each column that is shown, once or more often.
struct PackedResize {
  kernels::PickBits pick;
  Buffer<std::uint64_t> chosen;
  Buffer<std::uint64_t> column;
  Buffer<std::uint64_t> picked;

  void write(const std::uint64_t* mask, Size from, Size to, const Axis& columns,
             std::uint64_t* out) {
    column.resize(words_for(from.height) + 1);
    picked.resize(words_for(from.height) + 2);
    BitWriter writer(out);
    for (std::int64_t x = 0; x < from.width; x++) {
      const std::int64_t times = columns.first(x + 1) - columns.first(x);
      if (times == 0) continue;
      BitWriter(column.data()).add(mask, x * from.height, from.height);
      pick(column.data(), chosen.data(), words_for(from.height), picked.data());
      for (std::int64_t k = 0; k < times; k++) writer.add(picked.data(), 0, to.height);
    }
  }
};

struct Stretch {
  std::int64_t begin, end;
};

void append_resized(const RunList& runs, const Size& size, Nearest rule,
                    Buffer<std::uint32_t>& counts) {
  if (size.area() == 0 || runs.size.area() == 0) {
    SpanWriter(counts, run_limit(runs)).finish(size.area());
    return;
  }
  const std::int64_t height = size.height;
  const Axis rows(runs.size.height, height, rule, runs.n);
  const Axis columns(runs.size.width, size.width, rule, runs.n);
  if (append_picked(runs, size, rows, columns, counts)) return;
  SpanWriter writer(counts, run_limit(runs));
  Buffer<Stretch> stretches;  // of source column x, in rows of the result
  std::int64_t x = 0;
  const auto end_column = [&] {
    if (stretches.empty()) return;
    const std::int64_t first = columns.first(x);
    const std::int64_t last = columns.first(x + 1);
    if (stretches[0].end - stretches[0].begin == height) {
      if (first < last) writer.add(first * height, last * height);
    } else {
      for (std::int64_t target = first; target < last; target++) {
        for (const Stretch& s : stretches) {
          writer.add(target * height + s.begin, target * height + s.end);
        }
      }
    }
    stretches.clear();
  };
  for_each_block(runs, [&](std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1) {
    if (x0 != x) {
      end_column();
      x = x0;
    }
    if (x1 - x0 > 1) {
      const std::int64_t first = columns.first(x0);
      const std::int64_t last = columns.first(x1);
      if (first < last) writer.add(first * height, last * height);
      return;
    }
    const std::int64_t begin = rows.first(y0);
    const std::int64_t end = rows.first(y1);
    if (begin == end) return;
    if (!stretches.empty() && stretches.back().end == begin) {
      stretches.back().end = end;  // the gap between them is not shown
    } else {
      stretches.push_back({begin, end});
    }
  });
  end_column();
  writer.finish(size.area());
}

// The size that mask i of size `from` is to have; throws when it cannot.
Size checked_size(const std::int64_t* sizes, bool each, std::int64_t i, const Size& from) {
  const Size size{sizes[each ? 2 * i : 0], sizes[each ? 2 * i + 1 : 1]};
  const auto got = [&size] {
    return "got (" + std::to_string(size.height) + ", " + std::to_string(size.width) + ")";
  };
  if (size.height < 0 || size.width < 0) {
    throw Error(ErrorKind::argument, "size", "expected (height, width) of at least 0, " + got(),
                each ? i : -1);
  }
  if (size.height > max_side || size.width > max_side) {
    throw Error(ErrorKind::limit, "size", "expected sides of at most 2147483647 pixels, " + got(),
                each ? i : -1);
  }
  if (from.area() == 0 && size.area() != 0) {
    throw Error(ErrorKind::argument, "masks",
                "expected a mask with pixels to fill a size with pixels", i);
  }
  return size;
}

}  // namespace

Runs resize(const RunsView& masks, const std::int64_t* sizes, bool each, Nearest rule,
            const Exec& exec) {
  const double runs_each = masks.mean_counts();
  return collect(exec, masks.n, 100.0 + 5.0 * runs_each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   const Size size = checked_size(sizes, each, i, masks.size(i));
                   append_resized(masks[i], size, rule, counts);
                   return size;
                 });
}

std::optional<PackedMasks> resize(const PackedView& masks, const std::int64_t* sizes, bool each,
                                  Nearest rule, const Exec& exec) {
  const kernels::PickBits pick =
      select<kernels::PickBits>(nullptr, ME_X86(&kernels::pick_bits_avx2), nullptr);
  Buffer<std::int64_t> wanted;
  for (std::int64_t i = 0; i < masks.n; i++) {
    const Size size = checked_size(sizes, each, i, masks.size(i));
    if (size.height > masks.size(i).height) return std::nullopt;
    wanted.push_back(size.height);
    wanted.push_back(size.width);
  }
  if (pick == nullptr || !stays_packed(wanted.data(), masks.n, masks)) return std::nullopt;
  PackedMasks out(wanted.data(), masks.n);
  std::atomic<bool> done{true};
  for_ranges(exec, masks.n, 100 + 4 * masks.mean_words(),
             [&](std::int64_t begin, std::int64_t end) {
               PackedResize way{pick, {}, {}, {}};
               for (std::int64_t i = begin; i < end; i++) {
                 const Size from = masks.size(i);
                 const Size to{wanted[2 * i], wanted[2 * i + 1]};
                 const Axis rows(from.height, to.height, rule, from.height);
                 const Axis columns(from.width, to.width, rule, from.width);
                 if (!choose_rows(rows, from.height, way.chosen)) {
                   done = false;
                   return;
                 }
                 way.write(masks.mask(i), from, to, columns, out.mask(i));
               }
             });
  if (!done) return std::nullopt;
  return out;
}

}  // namespace me::cpu
