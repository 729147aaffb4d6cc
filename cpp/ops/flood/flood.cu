// The image is compared with the seeds, a mask for each; runs of the masks are joined to
// components, and those of the seeds are taken. All seeds go through the same launches.
#include "ops/flood/flood.h"

#include "base/execution.cuh"
#include "ops/flood/flood_there.h"
#include "runs/bit_rows.cuh"
#include "runs/disjoint_sets.h"
#include "runs/row_words.cuh"

namespace me::cuda {
namespace {

// Pixels of the box that match seed `item`.
template <class T>
struct MatchWord {
  FloodQuestion ask;

  ME_HD const T* pixel(std::int64_t y, std::int64_t x) const {
    return reinterpret_cast<const T*>(ask.image.pixel(y + ask.box.top, x + ask.box.left));
  }
  ME_HD const T& value(const T* pixel, int c) const {
    return *reinterpret_cast<const T*>(reinterpret_cast<const char*>(pixel) +
                                       c * ask.image.channel_stride);
  }
  ME_HD bool is_open(std::int64_t y, std::int64_t x, const T* at, const T* seed) const {
    for (int c = 0; c < ask.image.channels; c++) {
      if (!is_near(value(at, c), value(seed, c), ask.tolerance, c)) return false;
    }
    for (std::int64_t k = 0; k < ask.n_values; k++) {
      if (is_within(*at, ask.values[k])) return false;
    }
    y += ask.box.top;
    x += ask.box.left;
    if (ask.has_barrier && bits_of(ask.barrier, 0, y, x) != 0) return false;
    return !ask.has_region || bits_of(ask.region, 0, y, x) != 0;
  }

  ME_HD RowWord operator()(const RowGrid& grid, RowGrid::Place place) const {
    const std::int64_t seed_x = ask.seeds[2 * place.item];
    const std::int64_t seed_y = ask.seeds[2 * place.item + 1];
    const auto* seed = reinterpret_cast<const T*>(ask.image.pixel(seed_y, seed_x));
    const std::int64_t x = 64 * place.x;
    const std::int64_t n = grid.columns_in(place.x);
    RowWord word{0, 0};
    for (std::int64_t b = 0; b < n; b++) {
      const bool open = is_open(place.y, x + b, pixel(place.y, x + b), seed);
      word.foreground |= std::uint64_t{open} << b;
    }
    const bool before = x > 0 && is_open(place.y, x - 1, pixel(place.y, x - 1), seed);
    word.starts = word.foreground & ~(word.foreground << 1 | (before ? 1 : 0));
    return word;
  }
};

// The set of each seed, from 1 on; 0 where it fills nothing.
struct FindRoots {
  RowRunsView runs;
  const std::uint32_t* parents;
  const std::int64_t* seeds;
  PixelBox box;
  std::uint32_t* roots;

  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t x = seeds[2 * i] - box.left;
    const std::int64_t y = seeds[2 * i + 1] - box.top;
    roots[i] = 0;
    if (x < 0 || y < 0 || x >= runs.grid.width || y >= runs.grid.height) return;
    const std::int64_t w = i * runs.grid.per_mask() + y * runs.grid.per_row() + x / 64;
    const int b = static_cast<int>(x % 64);
    if ((runs.foreground[w] >> b & 1) != 0) roots[i] = root_of(parents, runs.run(w, b)) + 1;
  }
};

// Word j of the box: the runs of all seeds' sets.
struct TakeRuns {
  RowRunsView runs;
  const std::uint32_t* parents;
  const std::uint32_t* roots;
  std::uint64_t* filled;
  FloodSums* sums;

  ME_HD void operator()(std::int64_t j) const {
    const std::int64_t words = runs.grid.per_mask();
    std::uint64_t found = 0;
    for (std::int64_t i = 0; i < runs.grid.n; i++) {
      const std::int64_t w = i * words + j;
      if (roots[i] == 0) continue;
      for_each_part(runs.foreground[w] & ~found, runs.starts[w], [&](int b, int end) {
        if (root_of(parents, runs.run(w, b)) + 1 == roots[i]) {
          found |= low_bits(end) & ~low_bits(b);
        }
      });
    }
    filled[j] = found;
    if (found == 0) return;
    const std::int64_t y = j / runs.grid.per_row();
    const std::int64_t x = 64 * (j % runs.grid.per_row());
    atomic_add(&sums->area, std::int64_t{bit_count(found)});
    atomic_min(&sums->left, x + lowest_bit(found));
    atomic_min(&sums->top, y);
    atomic_max(&sums->right, x + highest_bit(found) + 1);
    atomic_max(&sums->bottom, y + 1);
  }
};

struct PaintFilled {
  RowGrid grid;
  const std::uint64_t* filled;
  PixelBox box;
  MutableMaskView out;
  std::uint64_t value;

  ME_HD void operator()(std::int64_t j) const {
    const RowGrid::Place place = grid.place(j);
    char* pixel = out.data + (place.y + box.top) * out.row_stride +
                  (64 * place.x + box.left) * out.column_stride;
    for (std::uint64_t bits = filled[j]; bits != 0; bits &= bits - 1) {
      set_bits(out.element, pixel + lowest_bit(bits) * out.column_stride, value);
    }
  }
};

template <class T>
RowRuns match(const Queue& queue, const RowGrid& grid, const FloodQuestion& ask) {
  return runs_of_rows(queue, grid, MatchWord<T>{ask});
}

RowRuns match_any(const Queue& queue, const RowGrid& grid, const FloodQuestion& ask) {
  switch (ask.image.element) {
    case Element::u8:
      return match<std::uint8_t>(queue, grid, ask);
    case Element::u16:
      return match<std::uint16_t>(queue, grid, ask);
    case Element::u32:
      return match<std::uint32_t>(queue, grid, ask);
    case Element::u64:
      return match<std::uint64_t>(queue, grid, ask);
    case Element::i8:
      return match<std::int8_t>(queue, grid, ask);
    case Element::i16:
      return match<std::int16_t>(queue, grid, ask);
    case Element::i32:
      return match<std::int32_t>(queue, grid, ask);
    case Element::i64:
      return match<std::int64_t>(queue, grid, ask);
    case Element::f16:
      return match<Half>(queue, grid, ask);
    case Element::f32:
      return match<float>(queue, grid, ask);
    default:
      return match<double>(queue, grid, ask);
  }
}

}  // namespace

DeviceFlooded flood(const Queue& queue, const FloodQuestion& ask, bool corners,
                    std::int64_t max_area, const MutableMaskView* out, std::uint64_t value) {
  const RowGrid box{1, ask.box.bottom - ask.box.top, ask.box.right - ask.box.left};
  const RowGrid grid{ask.n_seeds, box.height, box.width};
  const std::int64_t pixels =
      checked_mul(checked_mul(grid.n, grid.height, "seed"), grid.width, "seed");
  require(pixels <= UINT32_MAX, ErrorKind::limit, "seed",
          "expected fewer than 2^32 pixels of the region times seeds on a CUDA device");
  const DeviceArray<std::uint64_t> filled(queue, box.words());
  const DeviceArray<FloodSums> sums(queue, 1);
  const FloodSums none;
  write(queue, &none, 1, sums.data());
  const RowRuns runs = match_any(queue, grid, ask);
  const DeviceArray<std::uint32_t> parents = join_runs(queue, runs, nullptr, corners);
  const DeviceArray<std::uint32_t> roots(queue, grid.n);
  for_each(queue, grid.n, FindRoots{runs.view(), parents.data(), ask.seeds, ask.box, roots.data()});
  for_each(queue, box.words(),
           TakeRuns{runs.view(), parents.data(), roots.data(), filled.data(), sums.data()});
  DeviceFlooded flooded;
  flooded.sums = read(queue, sums.data());
  flooded.complete = flooded.sums.area <= max_area;
  if (!flooded.complete) {
    flooded.sums = none;
    fill_bytes(queue, filled.data(), filled.n, 0);
  }
  if (flooded.sums.area == 0) flooded.sums = {0, 0, 0, 0, 0};
  flooded.masks = runs_of(queue, WordGrid{1, ask.image.size.height, ask.image.size.width},
                          BitRows{box, filled.data(), ask.box.left, ask.box.top}, true);
  if (out != nullptr) {  // last, when nothing can fail any more
    for_each(queue, box.words(), PaintFilled{box, filled.data(), ask.box, *out, value});
  }
  return flooded;
}

}  // namespace me::cuda
