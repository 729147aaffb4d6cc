// Pixels of a row, 64 at a time, as bits: what is foreground, and where runs start.
#pragma once
#include "base/execution.cuh"
#include "base/primitives.h"
#include "runs/device_components.h"
#include "runs/disjoint_sets.h"

namespace me::cuda {

struct RowWord {
  std::uint64_t foreground, starts;
};

// Reads pixels of type T, by their bits. `words` says that 8 bytes may be read at once.
template <class T>
struct RowReader {
  MaskView view;
  bool valued;
  bool words;

  ME_HD RowWord operator()(const RowGrid::Place& place) const {
    const RowWord word = changes(place);
    return {word.foreground, word.starts & word.foreground};
  }

  // `starts` are pixels that differ from the one before them in the row, 0 for the first: in value
  // with `valued`, else in being zero.
  ME_HD RowWord changes(const RowGrid::Place& place) const {
    const char* pixel = view.data + place.item * view.item_stride + place.y * view.row_stride +
                        64 * place.x * view.column_stride;
    const std::int64_t n = place.columns();
    const T before = place.x > 0 ? *reinterpret_cast<const T*>(pixel - view.column_stride) : T{0};
    const RowWord word =
        sizeof(T) == 1 && words && n == 64 ? of_bytes(pixel, before) : of_pixels(pixel, before, n);
    if (valued) return word;
    const std::uint64_t last = word.foreground << 1 | (before != 0 ? 1 : 0);
    return {word.foreground, (word.foreground ^ last) & low_bits(n)};
  }

  // Pixels that differ from the ones above them, in the same way. Not for the first row.
  ME_HD std::uint64_t changes_down(const RowGrid::Place& place) const {
    const char* pixel = view.data + place.item * view.item_stride + place.y * view.row_stride +
                        64 * place.x * view.column_stride;
    const std::int64_t n = place.columns();
    std::uint64_t found = 0;
    if (sizeof(T) == 1 && words && n == 64) {
      for (int k = 0; k < 8; k++) {
        const std::uint64_t here = reinterpret_cast<const std::uint64_t*>(pixel)[k];
        const std::uint64_t above =
            reinterpret_cast<const std::uint64_t*>(pixel - view.row_stride)[k];
        const std::uint64_t differs =
            valued ? nonzero_bytes(here ^ above) : nonzero_bytes(here) ^ nonzero_bytes(above);
        found |= differs << 8 * k;
      }
      return found;
    }
    for (std::int64_t b = 0; b < n; b++) {
      const char* at = pixel + b * view.column_stride;
      const T here = *reinterpret_cast<const T*>(at);
      const T above = *reinterpret_cast<const T*>(at - view.row_stride);
      found |= std::uint64_t{valued ? here != above : (here != 0) != (above != 0)} << b;
    }
    return found;
  }

 private:
  // `starts` are the changes of value.
  ME_HD RowWord of_pixels(const char* pixel, T before, std::int64_t n) const {
    RowWord word{0, 0};
    for (std::int64_t b = 0; b < n; b++) {
      const T value = *reinterpret_cast<const T*>(pixel + b * view.column_stride);
      word.foreground |= std::uint64_t{value != 0} << b;
      word.starts |= std::uint64_t{value != before} << b;
      before = value;
    }
    return word;
  }

  ME_HD RowWord of_bytes(const char* pixel, T before) const {
    RowWord word{0, 0};
    std::uint64_t last = static_cast<std::uint64_t>(before);
    for (int k = 0; k < 8; k++) {
      const std::uint64_t bytes = reinterpret_cast<const std::uint64_t*>(pixel)[k];
      word.foreground |= nonzero_bytes(bytes) << 8 * k;
      word.starts |= nonzero_bytes(bytes ^ (bytes << 8 | last)) << 8 * k;
      last = bytes >> 56;
    }
    return word;
  }
};

template <class T>
RowReader<T> row_reader(const MaskView& view, bool valued) {
  const auto steps = reinterpret_cast<std::uintptr_t>(view.data) |
                     static_cast<std::uintptr_t>(view.item_stride) |
                     static_cast<std::uintptr_t>(view.row_stride);
  return {view, valued, view.column_stride == 1 && steps % 8 == 0};
}

template <class Reader>
struct FindRuns {
  RowGrid grid;
  Reader read;
  std::uint64_t* foreground;
  std::uint64_t* starts;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t w) const {
    const RowWord word = read(grid.place(w));
    foreground[w] = word.foreground;
    starts[w] = word.starts;
    counts[w] = static_cast<std::uint32_t>(bit_count(word.starts));
  }
};

// The runs of what a functor `ME_HD RowWord operator()(const RowGrid::Place&) const` shows.
template <class Reader>
RowRuns runs_of_rows(const Queue& queue, const RowGrid& grid, const Reader& reader) {
  const std::int64_t words = grid.words();
  RowRuns runs{grid,
               DeviceArray<std::uint64_t>(queue, words),
               DeviceArray<std::uint64_t>(queue, words),
               DeviceArray<std::int64_t>(queue, words + 1),
               {}};
  const DeviceArray<std::uint32_t> counts(queue, words);
  for_each(
      queue, words,
      FindRuns<Reader>{grid, reader, runs.foreground.data(), runs.starts.data(), counts.data()});
  running_sums(queue, counts.data(), words, runs.before.data());
  return runs;
}

// The runs that start in word w, each as a set of its own.
struct BeginSets {
  RowRunsView runs;
  std::uint32_t* parents;

  ME_HD void operator()(std::int64_t w) const {
    for (std::int64_t r = runs.before[w]; r < runs.before[w + 1]; r++) {
      parents[r] = static_cast<std::uint32_t>(r);
    }
  }
};

// The runs that start in word w are put below their roots. Rows that are joined at the same time
// make chains of as many runs; to walk these from each run would take the square of that.
struct FlattenSets {
  RowRunsView runs;
  std::uint32_t* parents;

  ME_HD void operator()(std::int64_t w) const {
    for (std::int64_t r = runs.before[w]; r < runs.before[w + 1]; r++) {
      const std::uint32_t root = shorten_to_root(parents, static_cast<std::uint32_t>(r));
      if (root != r) atomic_store(parents + r, root);
    }
  }
};

// Calls visit(begin, end) for each stretch of set bits, which end where they do or at a start.
template <class Visit>
ME_HD void for_each_part(std::uint64_t set, std::uint64_t starts, const Visit& visit) {
  while (set != 0) {
    const int b = lowest_bit(set);
    const std::uint64_t ends = (~set | starts) & ~low_bits(b + 1);
    const int end = ends == 0 ? 64 : lowest_bit(ends);
    visit(b, end);
    set &= ~low_bits(end);
  }
}

}  // namespace me::cuda
