// Two ways. One or two maps of bytes: a table of all pairs, in copies that spread elements which
// count the same pair. Wider labels: keys of stretches of equal pixels are sorted, and equal keys
// summed.
#include "ops/joint/joint.h"

#include "base/atomics.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "runs/device_components.h"

namespace me::cuda {
namespace {

constexpr std::int64_t most_copies = 64;
constexpr std::int64_t most_entries = 1 << 20;  // of a table with its copies

// Maps as keys whose order is that of the labels.
struct Maps {
  MaskView maps[2];
  std::int64_t k;

  // The key of a label of map m, of at most 32 bits; false for a label beyond them.
  ME_HD bool key(std::int64_t m, std::int64_t item, std::int64_t y, std::int64_t x,
                 std::uint64_t* out) const {
    const std::uint64_t bits = bits_of(maps[m], item, y, x);
    switch (maps[m].element) {
      case Element::u8:
      case Element::u16:
      case Element::u32:
        *out = bits;
        return true;
      case Element::i8:
        *out = bits ^ 0x80;
        return true;
      case Element::i16:
        *out = bits ^ 0x8000;
        return true;
      case Element::i32:
        *out = bits ^ 0x80000000u;
        return true;
      case Element::i64:
        *out = bits + 0x80000000u;
        return *out <= UINT32_MAX;
      default:
        *out = bits;
        return bits <= UINT32_MAX;
    }
  }
  // The label of a key.
  ME_HD std::int64_t label(std::int64_t m, std::uint64_t key) const {
    const auto value = static_cast<std::int64_t>(key);
    switch (maps[m].element) {
      case Element::i8:
        return value - 0x80;
      case Element::i16:
        return value - 0x8000;
      case Element::i32:
      case Element::i64:
        return value - 0x80000000ll;
      default:
        return value;
    }
  }
  // Calls visit(key, pixels) for each stretch of equal pixels of word w; false where a label has
  // no key.
  template <class Visit>
  ME_HD bool for_each_stretch(const RowGrid& grid, std::int64_t w, int bits,
                              const Visit& visit) const {
    const RowGrid::Place place = grid.place(w);
    const std::int64_t n = place.columns();
    std::uint64_t held = 0;
    std::int64_t length = 0;
    for (std::int64_t b = 0; b < n; b++) {
      std::uint64_t joined = 0;
      for (std::int64_t m = 0; m < k; m++) {
        std::uint64_t one = 0;
        if (!key(m, place.item, place.y, 64 * place.x + b, &one)) return false;
        joined = joined << bits | one;
      }
      if (length > 0 && joined != held) {
        visit(held, length);
        length = 0;
      }
      held = joined;
      length++;
    }
    visit(held, length);
    return true;
  }
};

struct CountInTable {
  RowGrid grid;
  Maps maps;
  std::int64_t entries, copies;
  std::uint64_t* table;

  ME_HD void operator()(std::int64_t w) const {
    std::uint64_t* const copy = table + w % copies * entries;
    maps.for_each_stretch(grid, w, 8, [=](std::uint64_t key, std::int64_t pixels) {
      atomic_add(copy + key, static_cast<std::uint64_t>(pixels));
    });
  }
};

// The same for bytes in rows of one piece, eight at a time.
struct CountBytes {
  CountInTable general;

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = general.grid.place(w);
    if (place.columns() < 64) return general(w);
    const Maps& maps = general.maps;
    const std::uint64_t* a = row_of(maps.maps[0], place);
    const std::uint64_t* b = maps.k == 2 ? row_of(maps.maps[1], place) : nullptr;
    std::uint64_t* const copy = general.table + w % general.copies * general.entries;
    std::uint64_t held_a = *a & 0xff;
    std::uint64_t held_b = b != nullptr ? *b & 0xff : 0;
    std::uint64_t length = 0;
    for (int j = 0; j < 8; j++) {
      std::uint64_t first = a[j];
      std::uint64_t second = b != nullptr ? b[j] : 0;
      if (first == held_a * every_byte && second == held_b * every_byte) {
        length += 8;
        continue;
      }
      for (int r = 0; r < 8; r++, first >>= 8, second >>= 8) {
        if ((first & 0xff) != held_a || (second & 0xff) != held_b) {
          add(copy, held_a, held_b, length);
          held_a = first & 0xff;
          held_b = second & 0xff;
          length = 0;
        }
        length++;
      }
    }
    add(copy, held_a, held_b, length);
  }

 private:
  static constexpr std::uint64_t every_byte = 0x0101010101010101u;

  ME_HD static const std::uint64_t* row_of(const MaskView& map, RowGrid::Place place) {
    return reinterpret_cast<const std::uint64_t*>(map.data + place.item * map.item_stride +
                                                  place.y * map.row_stride + 64 * place.x);
  }
  ME_HD static std::uint64_t flipped(std::uint64_t byte, Element element) {
    return element == Element::i8 ? byte ^ 0x80 : byte;
  }
  ME_HD void add(std::uint64_t* copy, std::uint64_t a, std::uint64_t b,
                 std::uint64_t length) const {
    const Maps& maps = general.maps;
    std::uint64_t key = flipped(a, maps.maps[0].element);
    if (maps.k == 2) key = key << 8 | flipped(b, maps.maps[1].element);
    if (length != 0) atomic_add(copy + key, length);
  }
};

bool in_eights(const MaskView& map) {
  const auto steps = reinterpret_cast<std::uintptr_t>(map.data) |
                     static_cast<std::uintptr_t>(map.item_stride) |
                     static_cast<std::uintptr_t>(map.row_stride);
  return map.column_stride == 1 && steps % 8 == 0;
}

struct AddCopies {
  std::int64_t entries, copies;
  std::uint64_t* table;
  std::uint32_t* present;

  ME_HD void operator()(std::int64_t e) const {
    std::uint64_t sum = 0;
    for (std::int64_t c = 0; c < copies; c++) sum += table[c * entries + e];
    table[e] = sum;
    present[e] = sum != 0;
  }
};

struct TakeEntries {
  Maps maps;
  const std::uint64_t* table;
  const std::int64_t* before;
  std::int64_t* labels;
  std::int64_t* pixels;

  ME_HD void operator()(std::int64_t e) const {
    const std::int64_t row = before[e];
    if (row == before[e + 1]) return;
    pixels[row] = static_cast<std::int64_t>(table[e]);
    const auto key = static_cast<std::uint64_t>(e);
    for (std::int64_t m = 0; m < maps.k; m++) {
      labels[row * maps.k + m] = maps.label(m, key >> 8 * (maps.k - 1 - m) & 0xff);
    }
  }
};

DeviceJoint count_in_table(const Queue& queue, const RowGrid& grid, const Maps& maps) {
  const std::int64_t entries = maps.k == 1 ? 256 : 65536;
  const std::int64_t copies = std::min(most_copies, most_entries / entries);
  const DeviceArray<std::uint64_t> table(queue, entries * copies);
  const DeviceArray<std::uint32_t> present(queue, entries);
  const DeviceArray<std::int64_t> before(queue, entries + 1);
  fill_bytes(queue, table.data(), table.n, 0);
  const CountInTable count{grid, maps, entries, copies, table.data()};
  if (in_eights(maps.maps[0]) && in_eights(maps.maps[1])) {
    for_each(queue, grid.words(), CountBytes{count});
  } else {
    for_each(queue, grid.words(), count);
  }
  for_each(queue, entries, AddCopies{entries, copies, table.data(), present.data()});
  running_sums(queue, present.data(), entries, before.data());
  const std::int64_t rows = read(queue, before.data() + entries);
  DeviceJoint found{DeviceArray<std::int64_t>(queue, rows * maps.k),
                    DeviceArray<std::int64_t>(queue, rows)};
  for_each(
      queue, entries,
      TakeEntries{maps, table.data(), before.data(), found.labels.data(), found.pixels.data()});
  return found;
}

struct CountStretches {
  RowGrid grid;
  Maps maps;
  std::uint32_t* counts;
  std::uint32_t* refused;

  ME_HD void operator()(std::int64_t w) const {
    std::uint32_t count = 0;
    if (!maps.for_each_stretch(grid, w, 32, [&](std::uint64_t, std::int64_t) { count++; })) {
      atomic_max(refused, std::uint32_t{1});
    }
    counts[w] = count;
  }
};

// A key for each stretch, and its pixels in a table by the place of the key before sorting.
struct ListStretches {
  RowGrid grid;
  Maps maps;
  const std::int64_t* before;
  std::uint64_t* keys;
  std::uint32_t* pixels;

  ME_HD void operator()(std::int64_t w) const {
    std::int64_t place = before[w];
    maps.for_each_stretch(grid, w, 32, [&](std::uint64_t key, std::int64_t n) {
      keys[place] = key;
      pixels[place++] = static_cast<std::uint32_t>(n);
    });
  }
};

struct FindFirst {
  const std::uint64_t* keys;
  std::uint32_t* first;

  ME_HD void operator()(std::int64_t i) const { first[i] = i == 0 || keys[i] != keys[i - 1]; }
};

struct TakeKeys {
  Maps maps;
  const std::uint64_t* keys;
  const std::int64_t* before;
  std::uint64_t* unique;
  std::int64_t* labels;

  ME_HD void operator()(std::int64_t i) const {
    const std::int64_t row = before[i];
    if (row == before[i + 1]) return;
    unique[row] = keys[i];
    for (std::int64_t m = 0; m < maps.k; m++) {
      labels[row * maps.k + m] = maps.label(m, keys[i] >> 32 * (maps.k - 1 - m) & UINT32_MAX);
    }
  }
};

// Adds the pixels of a stretch to the row of its key.
struct AddPixels {
  const std::uint64_t* keys;
  const std::uint32_t* lengths;
  const std::uint64_t* unique;
  std::int64_t rows;
  std::int64_t* pixels;

  ME_HD void operator()(std::int64_t i) const {
    std::int64_t first = 0;
    std::int64_t last = rows - 1;
    while (first < last) {
      const std::int64_t middle = first + (last - first) / 2;
      if (unique[middle] < keys[i]) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    atomic_add(pixels + first, static_cast<std::int64_t>(lengths[i]));
  }
};

DeviceJoint count_by_sorting(const Queue& queue, const RowGrid& grid, const Maps& maps) {
  const std::int64_t words = grid.words();
  const DeviceArray<std::uint32_t> counts(queue, words);
  const DeviceArray<std::int64_t> before(queue, words + 1);
  const DeviceArray<std::uint32_t> refused(queue, 1);
  fill_bytes(queue, refused.data(), 1, 0);
  for_each(queue, words, CountStretches{grid, maps, counts.data(), refused.data()});
  require(read(queue, refused.data()) == 0, ErrorKind::limit, "maps",
          "expected labels of 32 bits on a CUDA device");
  running_sums(queue, counts.data(), words, before.data());
  const std::int64_t n = read(queue, before.data() + words);
  const DeviceArray<std::uint64_t> keys(queue, n);
  const DeviceArray<std::uint32_t> lengths(queue, n);
  for_each(queue, words, ListStretches{grid, maps, before.data(), keys.data(), lengths.data()});
  DeviceArray<std::uint64_t> copy(queue, n);
  copy_values(queue, keys.data(), n, copy.data());
  const DeviceArray<std::uint64_t> ordered =
      sorted(queue, std::move(copy), static_cast<int>(32 * maps.k));
  const DeviceArray<std::uint32_t> first(queue, n);
  const DeviceArray<std::int64_t> rows_before(queue, n + 1);
  for_each(queue, n, FindFirst{ordered.data(), first.data()});
  running_sums(queue, first.data(), n, rows_before.data());
  const std::int64_t rows = read(queue, rows_before.data() + n);
  DeviceJoint found{DeviceArray<std::int64_t>(queue, rows * maps.k),
                    DeviceArray<std::int64_t>(queue, rows)};
  const DeviceArray<std::uint64_t> unique(queue, rows);
  for_each(queue, n,
           TakeKeys{maps, ordered.data(), rows_before.data(), unique.data(), found.labels.data()});
  fill_bytes(queue, found.pixels.data(), rows, 0);
  for_each(queue, n,
           AddPixels{keys.data(), lengths.data(), unique.data(), rows, found.pixels.data()});
  return found;
}

}  // namespace

DeviceJoint joint(const Queue& queue, const MaskView* maps, std::int64_t k) {
  const RowGrid grid{{maps[0].n, maps[0].height, maps[0].width}};
  Maps all{{maps[0], maps[k - 1]}, k};
  bool bytes = true;
  for (std::int64_t m = 0; m < k; m++) bytes = bytes && element_bytes(maps[m].element) == 1;
  return bytes ? count_in_table(queue, grid, all) : count_by_sorting(queue, grid, all);
}

}  // namespace me::cuda
