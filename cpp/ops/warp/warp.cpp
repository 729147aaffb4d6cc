#include "ops/warp/warp.h"

#include <cmath>
#include <optional>
#include <string>

#include "base/dispatch.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "base/limits.h"
#include "base/poll_some.h"
#include "base/tuning.h"
#include "ops/warp/cracks.h"
#include "ops/warp/map.h"
#include "ops/warp/marks.h"
#include "ops/warp/warp_kernels.h"
#include "runs/bit_scan.h"
#include "runs/bit_string.h"
#include "runs/bit_writer.h"
#include "runs/bits.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/column_bands.h"
#include "runs/positions.h"
#include "runs/scratch.h"
#include "runs/window.h"

namespace me::cpu {
namespace {

// Above so many pixels a mask is searched by its runs instead of its bits: 64 MiB.
constexpr std::int64_t max_bit_pixels = std::int64_t{1} << 29;
// A mark costs about as much as so many pixels that are looked up one after the other.
constexpr std::int64_t mark_pixels = 6;
// Marks, and pixels that are looked up one by one: what keeps a call finite.
constexpr std::int64_t max_marks = std::int64_t{1} << 27;
constexpr std::int64_t max_looked_up = std::int64_t{1} << 33;

// Says whether a pixel of the source is foreground.
class Source {
 public:
  Source(const RunList& runs, WarpMemory& memory)
      : size_(runs.size),
        rows_(static_cast<double>(runs.size.height)),
        columns_(static_cast<double>(runs.size.width)) {
    if (runs.size.area() <= max_bit_pixels) {
      memory.words.resize(words_for(runs.size.area()));
      BitFiller(runs).fill(memory.words.data(), runs.size.area());
      words_ = memory.words.data();
    } else {
      toggles_.resize(runs.n + toggle_padding);
      toggles_.truncate(toggles_of(runs, toggles_.data()));
    }
  }

  Source(const std::uint64_t* words, Size size)
      : size_(size),
        rows_(static_cast<double>(size.height)),
        columns_(static_cast<double>(size.width)),
        words_(words) {}

  bool operator()(const Point& p) const {
    if (!(p.x >= 0 && p.x < columns_ && p.y >= 0 && p.y < rows_)) return false;
    const std::int64_t position =
        static_cast<std::int64_t>(p.x) * size_.height + static_cast<std::int64_t>(p.y);
    if (words_ != nullptr) return (words_[position >> 6] >> (position & 63) & 1) != 0;
    const auto* after = std::upper_bound(toggles_.begin(), toggles_.end(), position);
    return ((after - toggles_.begin()) & 1) != 0;
  }

  // Its bits, or nullptr where it is searched by its runs.
  const std::uint64_t* words() const { return words_; }
  Size size() const { return size_; }

 private:
  Size size_;
  double rows_;
  double columns_;
  const std::uint64_t* words_ = nullptr;
  Buffer<std::int64_t> toggles_;
};

kernels::WarpRows rows_kernel() {
  return select(&kernels::warp_rows_scalar, ME_X86(&kernels::warp_rows_avx2),
                ME_X86(&kernels::warp_rows_avx512));
}

// Looks up the pixels of columns [first, end), at most 64, and gives their bits to out.add. 64 rows
// of all columns come first: they lie close to each other in the source, whatever way it is turned.
template <class Out>
void look_up_block(const Source& source, ColumnMap column, std::int64_t first, std::int64_t end,
                   std::int64_t height, Out& out) {
  const kernels::WarpRows kernel = rows_kernel();
  const std::int64_t words = words_for(height);
  Buffer<std::uint64_t>& kept = kept_by_thread<Buffer<std::uint64_t>>([] {});
  const Scratch<std::uint64_t> found(kept, (end - first) * words + 1);
  found.data()[(end - first) * words] = 0;
  Buffer<kernels::WarpColumn> columns;
  for (std::int64_t x = first; x < end; x++) {
    column.set_column(x);
    columns.push_back(column.terms(source.words(), source.size()));
  }
  for (std::int64_t y = 0; y < height; y += 64) {
    poll(3 * 64 * static_cast<double>(columns.size()));
    const std::int64_t some = std::min<std::int64_t>(64, height - y);
    for (std::int64_t k = 0; k < columns.size(); k++) {
      found.data()[k * words + y / 64] = kernel(columns[k], y, some);
    }
  }
  for (std::int64_t k = 0; k < columns.size(); k++) out.add(found.data() + k * words, 0, height);
}

// The same one by one, of a source that is searched by its runs.
void search_column(const Source& source, const ColumnMap& column, std::int64_t height,
                   BitString& out) {
  for (std::int64_t y = 0; y < height; y++) {
    out.add(source(column.at(y)) ? 1 : 0, 1);
    poll_some(y, 100);
  }
}

void look_up_all(const Source& source, ColumnMap column, Size size, Buffer<std::uint32_t>& counts) {
  require(size.area() <= max_looked_up, ErrorKind::limit, "size",
          "expected at most 2^33 pixels for a matrix that has to be followed pixel by pixel");
  constexpr std::int64_t most_words = 1 << 18;  // of a block, for tall masks
  BitString out(counts);
  const std::int64_t some = std::clamp<std::int64_t>(most_words / words_for(size.height), 1, 64);
  for (std::int64_t x = 0; x < size.width; x += some) {
    if (source.words() != nullptr) {
      look_up_block(source, column, x, std::min(x + some, size.width), size.height, out);
      continue;
    }
    for (std::int64_t k = x; k < std::min(x + some, size.width); k++) {
      column.set_column(k);
      search_column(source, column, size.height, out);
    }
  }
  out.finish();
}

// Looks up the first pixel of each column and the marked ones; the others are as the one before.
// False, and nothing is written, when too many are marked.
bool look_up_marks(const RunList& runs, const WayBack& way, ColumnMap column, Size size,
                   Whole whole, std::int64_t budget, WarpMemory& memory,
                   Buffer<std::uint32_t>& counts) {
  Marks marks(memory);
  const double width = static_cast<double>(size.width);
  CrackMarker marker(way, size, whole, budget, marks);
  const auto crack = [&marker](std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1) {
    return marker.add(x0, y0, x1, y1);
  };
  if (!CrackWalk(runs, crack).run() || !marker.finish()) return false;
  const std::int64_t first = floor_of(std::max(marker.left() - 2, 0.0));
  const std::int64_t last = ceil_of(std::min(marker.right() + 2, width - 1));
  if (last - first > budget) return false;
  const Source source(runs, memory);
  Buffer<std::int64_t>& changes = memory.changes;
  changes.clear();
  bool value = false;
  marks.for_each_column(
      first, last, [&](std::int64_t x, const std::uint32_t* rows, const std::uint32_t* end) {
        column.set_column(x);
        const std::int64_t start = x * size.height;
        std::int64_t* const to = changes.grow(end - rows + 1);
        std::int64_t found = 0;
        const auto visit = [&](std::int64_t y) {
          const bool now = source(column.at(y));
          to[found] = start + y;  // kept only where it is a change: no branch to foresee
          found += now != value ? 1 : 0;
          value = now;
        };
        visit(0);
        for (; rows != end; rows++) visit(*rows);
        changes.truncate(to + found - changes.data());
      });
  append_toggles(counts, changes.data(), changes.size(), size.area());
  return true;
}

// What is seen through a map that moves by whole pixels.
std::optional<Window> window_of(const Map& map, Size size) {
  const double* m = map.m;
  const bool moves = m[0] == 1 && m[1] == 0 && m[3] == 0 && m[4] == 1 && m[6] == 0 && m[7] == 0 &&
                     m[8] == 1 && std::floor(m[2]) == m[2] && std::floor(m[5]) == m[5];
  constexpr double farthest = 2147483648.0;
  if (!moves || std::abs(m[2]) > farthest || std::abs(m[5]) > farthest) return std::nullopt;
  const auto left = static_cast<std::int64_t>(m[2]), top = static_cast<std::int64_t>(m[5]);
  return Window{left, top, left + size.width, top + size.height};
}

void append_warped(const RunList& runs, const Map& map, Size size, Whole whole,
                   Buffer<std::uint32_t>& counts) {
  check_limit(Limit::mask_runs, 2 * (size.area() >> 32), "size");
  if (const std::optional<Window> window = window_of(map, size)) {
    return append_window(runs, *window, counts);
  }
  if (size.area() == 0 || runs.size.area() == 0) {
    append_toggles(counts, nullptr, 0, size.area());
    return;
  }
  WarpMemory& memory = WarpMemory::of_thread();
  const ColumnMap column(map, whole);
  const WayBack way = way_back(map, runs.size, size);
  const std::int64_t budget = std::min(size.area() / mark_pixels, max_marks);
  if (way.usable && runs.n / 2 <= budget &&
      look_up_marks(runs, way, column, size, whole, budget, memory, counts)) {
    memory.trim();
    return;
  }
  look_up_all(Source(runs, memory), column, size, counts);
  memory.trim();
}

void check_size(Size size, std::int64_t item) {
  const bool fits =
      size.height >= 0 && size.width >= 0 && size.height <= max_side && size.width <= max_side;
  if (fits) return;
  throw Error(ErrorKind::argument, "size",
              "expected (height, width) in [0, 2147483647], got (" + std::to_string(size.height) +
                  ", " + std::to_string(size.width) + ")",
              item);
}

// The sizes of the results, one for each of n masks.
Buffer<std::int64_t> checked_sizes(const WarpGiven& given, std::int64_t n) {
  Buffer<std::int64_t> sizes;
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t* size = given.sizes + (given.each_size ? 2 * i : 0);
    check_size({size[0], size[1]}, given.each_size ? i : -1);
    sizes.append(size, 2);
  }
  return sizes;
}

Map map_of(const WarpGiven& given, std::int64_t i) {
  Map map;
  std::copy_n(given.matrices + (given.each_matrix ? 9 * i : 0), 9, map.m);
  return map;
}

}  // namespace

Runs warp(const RunsView& masks, const WarpGiven& given, const Exec& exec) {
  const Buffer<std::int64_t> sizes = checked_sizes(given, masks.n);
  const auto size_of = [&](std::int64_t i) { return Size{sizes[2 * i], sizes[2 * i + 1]}; };
  double pixels = 0;
  for (std::int64_t i = 0; i < masks.n; i++) pixels += static_cast<double>(size_of(i).area());
  const double n = static_cast<double>(std::max<std::int64_t>(masks.n, 1));
  const double cost = 500 + (20 * static_cast<double>(masks.total_counts()) + 0.02 * pixels) / n;
  return collect(exec, masks.n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    append_warped(masks[i], map_of(given, i), size_of(i), given.whole, counts);
    return size_of(i);
  });
}

std::optional<PackedMasks> warp(const PackedView& masks, const WarpGiven& given, const Exec& exec) {
  const Buffer<std::int64_t> sizes = checked_sizes(given, masks.n);
  if (!stays_packed(sizes.data(), masks.n, masks)) return std::nullopt;
  Buffer<Window> windows;
  for (std::int64_t i = 0; i < masks.n; i++) {
    const std::optional<Window> window =
        window_of(map_of(given, i), {sizes[2 * i], sizes[2 * i + 1]});
    if (!window) break;
    windows.push_back(*window);
  }
  if (windows.size() == masks.n) {
    return see_through(masks, exec, [&](std::int64_t i, Size) { return windows[i]; });
  }
  if (!runs_stay_short(masks)) return std::nullopt;
  PackedMasks out(sizes.data(), masks.n);
  for_column_bands(exec, out, 3,
                   [&](std::int64_t i, std::int64_t first, std::int64_t end, std::uint64_t* words) {
                     const Source source(masks.mask(i), masks.size(i));
                     const ColumnMap column(map_of(given, i), given.whole);
                     BitWriter writer(words);
                     look_up_block(source, column, first, end, out.sizes[2 * i], writer);
                   });
  return out;
}

}  // namespace me::cpu
