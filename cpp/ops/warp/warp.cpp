#include "ops/warp/warp.h"

#include <string>

#include "base/dispatch.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/limits.h"
#include "base/tuning.h"
#include "ops/warp/cracks.h"
#include "ops/warp/map.h"
#include "ops/warp/marks.h"
#include "ops/warp/warp_kernels.h"
#include "runs/bit_scan.h"
#include "runs/bit_string.h"
#include "runs/bits.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/positions.h"

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

// Gives the pixels of columns, up to 64 at a time.
class Rows {
 public:
  Rows(const Source& source, const ColumnMap& column)
      : source_(source),
        column_(column),
        kernel_(select(&kernels::warp_rows_scalar, ME_X86(&kernels::warp_rows_avx2),
                       ME_X86(&kernels::warp_rows_avx512))) {}

  void set_column(std::int64_t x) {
    column_.set_column(x);
    terms_ = column_.terms(source_.words(), source_.size());
  }

  std::uint64_t at(std::int64_t y, std::int64_t n) const {
    if (source_.words() != nullptr) return kernel_(terms_, y, n);
    std::uint64_t bits = 0;
    for (std::int64_t k = 0; k < n; k++) {
      bits |= static_cast<std::uint64_t>(source_(column_.at(y + k))) << k;
    }
    return bits;
  }

 private:
  const Source& source_;
  ColumnMap column_;
  kernels::WarpRows kernel_;
  kernels::WarpColumn terms_{};
};

// Looks up every pixel.
void look_up_all(const Source& source, const ColumnMap& column, Size size,
                 Buffer<std::uint32_t>& counts) {
  require(size.area() <= max_looked_up, ErrorKind::limit, "size",
          "expected at most 2^33 pixels for a matrix that has to be followed pixel by pixel");
  BitString out(counts);
  Rows rows(source, column);
  for (std::int64_t x = 0; x < size.width; x++) {
    rows.set_column(x);
    for (std::int64_t y = 0; y < size.height; y += 64) {
      const std::int64_t some = std::min<std::int64_t>(64, size.height - y);
      out.add(rows.at(y, some), some);
    }
    poll(3.0 * static_cast<double>(size.height));
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

void append_warped(const RunList& runs, const Map& map, Size size, Whole whole,
                   Buffer<std::uint32_t>& counts) {
  check_limit(Limit::mask_runs, 2 * (size.area() >> 32), "size");
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

}  // namespace

Runs warp(const RunsView& masks, const WarpGiven& given, const Exec& exec) {
  const auto size_of = [&](std::int64_t i) {
    const std::int64_t* size = given.sizes + (given.each_size ? 2 * i : 0);
    return Size{size[0], size[1]};
  };
  double pixels = 0;
  for (std::int64_t i = 0; i < masks.n; i++) {
    check_size(size_of(i), given.each_size ? i : -1);
    pixels += static_cast<double>(size_of(i).area());
  }
  const double n = static_cast<double>(std::max<std::int64_t>(masks.n, 1));
  const double cost = 500 + (20 * static_cast<double>(masks.total_counts()) + 0.02 * pixels) / n;
  return collect(exec, masks.n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    Map map;
    std::copy_n(given.matrices + (given.each_matrix ? 9 * i : 0), 9, map.m);
    append_warped(masks[i], map, size_of(i), given.whole, counts);
    return size_of(i);
  });
}

}  // namespace me::cpu
