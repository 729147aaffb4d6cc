// A pixel reaches another label exactly when its footprint holds both pixels of a pair of
// neighbours that differ, as the footprint is connected along rows and columns. So changes along
// and across lines, as bits, are dilated, those of all labels at once.
#include "ops/boundary/boundary.h"

#include <vector>

#include "base/execution.cuh"
#include "base/values.h"
#include "runs/row_words.cuh"
#include "runs/run_words.cuh"
#include "runs/write_groups.cuh"

namespace me::cuda {
namespace {

// Lines of pixels as words: `along` and `across` say which differ from the one before them in the
// line, and from the same one of the line before; those of the first count for nothing.
struct Lines {
  RowGrid grid;
  std::uint64_t* set;
  std::uint64_t* along;
  std::uint64_t* across;
};

template <class T>
struct ReadRows {
  Lines lines;
  RowReader<T> read;

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = lines.grid.place(w);
    const RowWord word = read.changes(place);
    lines.set[w] = word.foreground;
    lines.along[w] = place.x == 0 ? word.starts & ~std::uint64_t{1} : word.starts;
    lines.across[w] = place.y == 0 ? 0 : read.changes_down(place);
  }
};

// Columns of runs: the words of the lines are those of the masks.
struct ReadRuns {
  Lines lines;
  RunWords read;

  ME_HD void operator()(std::int64_t w) const {
    const WordGrid::Place place = read.grid.down(w);
    const std::uint64_t valid = low_bits(place.rows());
    const Word word = read(place);
    const std::uint64_t first = place.y == 0 ? 1 : 0;  // what is before it lies in another line
    const std::uint64_t set = word.bits & valid;
    lines.set[w] = set;
    lines.along[w] = (set ^ (set << 1 | (word.before ? 1 : 0))) & valid & ~first;
    lines.across[w] =
        place.x == 0 ? 0 : set ^ (read.at(place.item, place.x - 1, place.y).bits & valid);
  }
};

struct Band {
  Lines lines;
  const std::int64_t* widths;  // half-widths at a distance of [0, reach] lines
  std::int64_t reach;
  BandSide side;
  bool from_edge;
  std::uint64_t* out;

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = lines.grid.place(w);
    const std::uint64_t valid = low_bits(place.columns());
    const std::uint64_t set = lines.set[w];
    std::uint64_t near = reached(w, place, widths[0]);
    for (int step = -1; step <= 1; step += 2) {
      std::uint64_t differs = 0;  // from the pixel in the line at this distance
      for (std::int64_t d = 1; d <= reach && (near & valid) != valid; d++) {
        const std::int64_t y = place.y + step * d;
        if (y < 0 || y >= place.height) break;
        const std::int64_t at = w + step * d * place.per_row();
        differs |= lines.across[step > 0 ? at : at + place.per_row()];
        near |= differs | reached(at, place, widths[d]);
      }
    }
    std::uint64_t band = 0;
    if (side != BandSide::outer) band |= set & (near | (from_edge ? edge(place) : 0));
    if (side != BandSide::inner) band |= ~set & near;
    out[w] = band & valid;
  }

 private:
  // Pixels from which the footprint leaves the image.
  ME_HD std::uint64_t edge(const RowGrid::Place& place) const {
    if (place.y < reach || place.y + reach >= place.height) return ~std::uint64_t{0};
    const std::int64_t left = widths[0] - 64 * place.x;  // bits below it, and from `right` on
    const std::int64_t right = place.width - widths[0] - 64 * place.x;
    return (left > 0 ? low_bits(left) : 0) | (right < 64 ? ~low_bits(right > 0 ? right : 0) : 0);
  }

  ME_HD static std::int64_t in_word(std::int64_t bits) {
    return bits < 0 ? 0 : bits > 64 ? 64 : bits;
  }

  // Pixels b of word w, as far along its line as the place, with a change between two pixels of [b
  // - n, b + n]: one at p says that p differs from p - 1, so p in (b - n, b + n].
  ME_HD std::uint64_t reached(std::int64_t w, const RowGrid::Place& place, std::int64_t n) const {
    if (n == 0) return 0;
    const std::uint64_t own = lines.along[w];
    std::uint64_t found = smeared(own, n - 1, true) | smeared(own, n, false);
    for (std::int64_t j = 1; 64 * j <= n + 62 && j <= place.x; j++) {
      const std::uint64_t left = lines.along[w - j];
      if (left != 0) found |= low_bits(in_word(highest_bit(left) + n - 64 * j));
    }
    for (std::int64_t j = 1; 64 * j <= n + 63 && place.x + j < place.per_row(); j++) {
      const std::uint64_t right = lines.along[w + j];
      if (right != 0) found |= ~low_bits(in_word(lowest_bit(right) + 64 * j - n));
    }
    return found;
  }

  // Each bit and the n bits above it, or below it.
  ME_HD static std::uint64_t smeared(std::uint64_t bits, std::int64_t n, bool up) {
    if (n > 63) n = 63;
    for (std::int64_t done = 0; done < n;) {
      const std::int64_t step = done + 1 < n - done ? done + 1 : n - done;
      bits |= up ? bits << step : bits >> step;
      done += step;
    }
    return bits;
  }
};

struct One {
  ME_HD int operator()(std::int64_t, int) const { return 1; }
};

// Room for the words of all lines.
struct LineMemory {
  DeviceArray<std::uint64_t> set, along, across, band;

  LineMemory(const Queue& queue, std::int64_t words)
      : set(queue, words), along(queue, words), across(queue, words), band(queue, words) {}
  Lines lines(const RowGrid& grid) const { return {grid, set.data(), along.data(), across.data()}; }
};

void find_band(const Queue& queue, const LineMemory& memory, const RowGrid& grid,
               const Footprint& footprint, const BandRule& rule) {
  std::vector<std::int64_t> widths;
  for (std::int64_t d = 0; d <= footprint.across(); d++) widths.push_back(footprint.along(d));
  const DeviceArray<std::int64_t> there(queue, static_cast<std::int64_t>(widths.size()));
  write(queue, widths.data(), there.n, there.data());
  for_each(queue, grid.words(),
           Band{memory.lines(grid), there.data(), footprint.across(), rule.side, rule.from_edge,
                memory.band.data()});
}

}  // namespace

void boundary(const Queue& queue, const MaskView& masks, bool valued, const MutableMaskView& out,
              const BandRule& rule) {
  const RowGrid grid{{masks.n, masks.height, masks.width}};
  if (grid.words() == 0) return;
  const LineMemory memory(queue, grid.words());
  with_unsigned(element_bytes(masks.element), [&](auto zero) {
    using T = decltype(zero);
    for_each(queue, grid.words(), ReadRows<T>{memory.lines(grid), row_reader<T>(masks, valued)});
  });
  find_band(queue, memory, grid, footprint_of_rows(rule.reach, grid.height, grid.width), rule);
  with_unsigned(element_bytes(out.element), [&](auto zero) {
    write_groups<decltype(zero)>(queue, grid, memory.band.data(), One{}, out);
  });
}

DeviceRuns boundary(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes,
                    const BandRule& rule) {
  const HeldGrid<WordGrid> columns = columns_of(queue, sizes, masks.n);
  const HeldGrid<RowGrid> lines = columns_as_rows(queue, sizes, masks.n);
  const WordGrid& grid = columns.grid;
  const LineMemory memory(queue, grid.words());
  const RunPositions found = positions_of(queue, masks, grid);
  for_each(queue, grid.words(), ReadRuns{memory.lines(lines.grid), RunWords(masks, grid, found)});
  // what of a footprint lies outside of the smaller masks does not matter to them
  find_band(queue, memory, lines.grid, footprint_of_columns(rule.reach, grid.height, grid.width),
            rule);
  return runs_of(queue, grid, BitColumns{memory.band.data()});
}

}  // namespace me::cuda
