// Stretches of pixels in which no map changes get keys, of the labels of as many maps as 64 bits
// hold. Where there are more labels, the keys so far become numbers in their order, by sorting, and
// these a part of the next keys.
#include <utility>

#include "base/atomics.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "base/values.h"
#include "ops/joint/joint_there.h"
#include "runs/device_grid.h"
#include "runs/device_toggles.h"
#include "runs/pixel_bits.h"
#include "runs/row_words.cuh"

namespace me::cuda {
namespace {

// Pixels of word w at which a stretch starts: the first one, and where a map changes.
template <class T>
struct MarkStarts {
  RowGrid grid;
  RowReader<T> read;
  bool first;  // of the maps
  std::uint64_t* starts;

  ME_HD void operator()(std::int64_t w) const {
    const std::uint64_t found = read.changes(grid.place(w)).starts;
    starts[w] = (first ? 1 : starts[w]) | found;
  }
};

struct CountStarts {
  const std::uint64_t* starts;
  std::uint32_t* counts;
  ME_HD void operator()(std::int64_t w) const {
    counts[w] = static_cast<std::uint32_t>(bit_count(starts[w]));
  }
};

// Stretch i starts at bit places[i] % 64 of word places[i] / 64.
struct ListStarts {
  const std::uint64_t* starts;
  const std::int64_t* before;
  std::uint64_t* places;

  ME_HD void operator()(std::int64_t w) const {
    std::int64_t i = before[w];
    for (std::uint64_t left = starts[w]; left != 0; left &= left - 1) {
      places[i++] = static_cast<std::uint64_t>(64 * w + lowest_bit(left));
    }
  }
};

// The bits of the label of one map at a place.
struct LabelAt {
  RowGrid grid;
  MaskView map;

  ME_HD std::uint64_t operator()(std::uint64_t at) const {
    const RowGrid::Place place = grid.place(static_cast<std::int64_t>(at / 64));
    return bits_of(map, place.item, place.y, 64 * place.x + static_cast<std::int64_t>(at % 64));
  }
};

// Appends the label of a map to the keys.
struct AppendLabels {
  LabelAt label;
  const std::uint64_t* places;
  int width;  // of the label, in bits
  bool first;
  std::uint64_t* keys;
  std::int64_t map;
  std::int64_t* refused;  // the first map with a label that int64 does not hold

  ME_HD void operator()(std::int64_t i) const {
    const std::uint64_t bits = label(places[i]);
    if (label.map.element == Element::u64 && bits >> 63 != 0) {
      atomic_min(refused, map);
    }
    const std::uint64_t one = sort_key(bits, label.map.element);
    keys[i] = first ? one : keys[i] << width | one;
  }
};

struct AppendNumbers {
  const std::uint64_t* numbers;
  int width;
  bool first;
  std::uint64_t* keys;
  ME_HD void operator()(std::int64_t i) const {
    keys[i] = first ? numbers[i] : keys[i] << width | numbers[i];
  }
};

struct FindFirst {
  const std::uint64_t* keys;
  std::uint32_t* first;
  ME_HD void operator()(std::int64_t i) const { first[i] = i == 0 || keys[i] != keys[i - 1]; }
};

struct TakeFirst {
  const std::uint64_t* keys;
  const std::int64_t* before;
  std::uint64_t* unique;
  ME_HD void operator()(std::int64_t i) const {
    if (before[i] != before[i + 1]) unique[before[i]] = keys[i];
  }
};

// Keys become the numbers of what they are, in order.
struct NumberKeys {
  const std::uint64_t* unique;
  const std::int64_t* n;
  std::uint64_t* keys;

  ME_HD void operator()(std::int64_t i) const {
    std::int64_t first = 0;
    std::int64_t last = *n - 1;
    while (first < last) {
      const std::int64_t middle = first + (last - first) / 2;
      if (unique[middle] < keys[i]) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    keys[i] = static_cast<std::uint64_t>(first);
  }
};

// Adds the pixels of a stretch to the row of its number, and keeps a place where it is seen.
struct AddStretches {
  RowGrid grid;
  const std::uint64_t* starts;
  const std::uint64_t* places;
  const std::uint64_t* numbers;
  std::int64_t* pixels;
  std::uint64_t* seen;

  ME_HD void operator()(std::int64_t i) const {
    const auto w = static_cast<std::int64_t>(places[i] / 64);
    const auto b = static_cast<std::int64_t>(places[i] % 64);
    const std::uint64_t later = starts[w] & ~low_bits(b + 1);
    const std::int64_t end = later != 0 ? lowest_bit(later) : grid.place(w).columns();
    atomic_add(pixels + numbers[i], end - b);
    if (atomic_load(seen + numbers[i]) > places[i]) atomic_min(seen + numbers[i], places[i]);
  }
};

struct TakeLabels {
  LabelAt label;
  const std::uint64_t* seen;
  std::int64_t* labels;  // of this map, `step` apart
  std::int64_t step;

  ME_HD void operator()(std::int64_t row) const {
    const std::uint64_t bits = label(seen[row]);
    std::int64_t value = static_cast<std::int64_t>(bits);
    switch (label.map.element) {
      case Element::i8:
        value = static_cast<std::int8_t>(bits);
        break;
      case Element::i16:
        value = static_cast<std::int16_t>(bits);
        break;
      case Element::i32:
        value = static_cast<std::int32_t>(bits);
        break;
      default:
        break;
    }
    labels[row * step] = value;
  }
};

// Makes numbers of keys of so many bits; what comes back holds at its end how many there are.
DeviceArray<std::int64_t> number_keys(const Queue& queue, const DeviceArray<std::uint64_t>& keys,
                                      int bits) {
  const std::int64_t n = keys.n;
  DeviceArray<std::int64_t> before(queue, n + 1);
  const DeviceArray<std::uint32_t> first(queue, n);
  DeviceArray<std::uint64_t> copy(queue, n);
  copy_values(queue, keys.data(), n, copy.data());
  const DeviceArray<std::uint64_t> ordered = sorted(queue, std::move(copy), bits);
  for_each(queue, n, FindFirst{ordered.data(), first.data()});
  running_sums(queue, first.data(), n, before.data());
  const DeviceArray<std::uint64_t> unique(queue, n);
  for_each(queue, n, TakeFirst{ordered.data(), before.data(), unique.data()});
  for_each(queue, n, NumberKeys{unique.data(), before.data() + n, keys.data()});
  return before;
}

struct Stretches {
  RowGrid grid;
  DeviceArray<std::uint64_t> starts;  // words
  DeviceArray<std::uint64_t> places;
};

Stretches find_stretches(const Queue& queue, const MaskView* maps, std::int64_t k) {
  Stretches found;
  found.grid = RowGrid{{maps[0].n, maps[0].height, maps[0].width}};
  const std::int64_t words = found.grid.words();
  found.starts = DeviceArray<std::uint64_t>(queue, words);
  for (std::int64_t m = 0; m < k; m++) {
    with_unsigned(element_bytes(maps[m].element), [&](auto zero) {
      for_each(queue, words,
               MarkStarts<decltype(zero)>{found.grid, row_reader<decltype(zero)>(maps[m], true),
                                          m == 0, found.starts.data()});
    });
  }
  const DeviceArray<std::uint32_t> counts(queue, words);
  const DeviceArray<std::int64_t> before(queue, words + 1);
  for_each(queue, words, CountStarts{found.starts.data(), counts.data()});
  running_sums(queue, counts.data(), words, before.data());
  found.places = DeviceArray<std::uint64_t>(queue, read(queue, before.data() + words));
  for_each(queue, words, ListStarts{found.starts.data(), before.data(), found.places.data()});
  require(found.places.n <= UINT32_MAX, ErrorKind::limit, "maps",
          "expected fewer than 2^32 stretches of equal pixels on a CUDA device");
  return found;
}

// Keys of all maps, of so many bits.
int join_labels(const Queue& queue, const Stretches& found, const MaskView* maps, std::int64_t k,
                const DeviceArray<std::uint64_t>& keys, std::int64_t* refused) {
  const std::int64_t n = keys.n;
  const int of_number = bits_for(n);
  const std::uint64_t* const places = found.places.data();
  int used = 0;
  for (std::int64_t m = 0; m < k; m++) {
    const int width = static_cast<int>(8 * element_bytes(maps[m].element));
    const LabelAt label{found.grid, maps[m]};
    if (used + width > 64) {
      number_keys(queue, keys, used);
      used = of_number;
    }
    if (used + width > 64) {  // the labels of this map become numbers, too
      const DeviceArray<std::uint64_t> own(queue, n);
      for_each(queue, n, AppendLabels{label, places, width, true, own.data(), m, refused});
      number_keys(queue, own, width);
      for_each(queue, n, AppendNumbers{own.data(), of_number, used == 0, keys.data()});
      used += of_number;
    } else {
      for_each(queue, n, AppendLabels{label, places, width, used == 0, keys.data(), m, refused});
      used += width;
    }
  }
  return used;
}

}  // namespace

DeviceJoint joint_of_stretches(const Queue& queue, const MaskView* maps, std::int64_t k) {
  const Stretches found = find_stretches(queue, maps, k);
  const std::int64_t n = found.places.n;
  const DeviceArray<std::uint64_t> keys(queue, n);
  const DeviceArray<std::int64_t> refused(queue, 1);
  fill_bytes(queue, refused.data(), 1, 0x7f);
  const int bits = join_labels(queue, found, maps, k, keys, refused.data());
  bool may_refuse = false;
  for (std::int64_t m = 0; m < k; m++) may_refuse |= maps[m].element == Element::u64;
  const std::int64_t bad = may_refuse ? read(queue, refused.data()) : k;
  require(bad >= k, ErrorKind::argument, "maps", "expected labels below 2^63", bad);
  const DeviceArray<std::int64_t> before = number_keys(queue, keys, bits);
  const std::int64_t rows = read(queue, before.data() + n);
  DeviceJoint joint(queue, rows, k);
  const DeviceArray<std::uint64_t> seen(queue, rows);
  fill_bytes(queue, joint.pixels.data(), rows, 0);
  fill_bytes(queue, seen.data(), rows, 0xff);
  for_each(queue, n,
           AddStretches{found.grid, found.starts.data(), found.places.data(), keys.data(),
                        joint.pixels.data(), seen.data()});
  for (std::int64_t m = 0; m < k; m++) {
    for_each(queue, rows,
             TakeLabels{{found.grid, maps[m]}, seen.data(), joint.labels.data() + m, k});
  }
  return joint;
}

}  // namespace me::cuda
