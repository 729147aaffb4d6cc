// One or two maps of bytes: a table of all pairs, in copies that spread elements which count the
// same pair.
#include "base/atomics.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "ops/joint/joint_there.h"
#include "runs/device_grid.h"
#include "runs/pixel_bits.h"

namespace me::cuda {
namespace {

constexpr std::int64_t most_copies = 64;
constexpr std::int64_t most_entries = 1 << 20;  // of a table with its copies

// Bytes of one or two maps as keys whose order is that of the labels.
struct Maps {
  MaskView maps[2];
  std::int64_t k;

  ME_HD std::uint64_t key(const RowGrid::Place& place, std::int64_t x) const {
    std::uint64_t joined = 0;
    for (std::int64_t m = 0; m < k; m++) {
      joined = joined << 8 | sort_key(bits_of(maps[m], place.item, place.y, x), maps[m].element);
    }
    return joined;
  }
  ME_HD std::int64_t label(std::int64_t m, std::uint64_t key) const {
    const auto value = static_cast<std::int64_t>(key >> 8 * (k - 1 - m) & 0xff);
    return maps[m].element == Element::i8 ? value - 0x80 : value;
  }
};

struct CountInTable {
  RowGrid grid;
  Maps maps;
  std::int64_t entries, copies;
  std::uint64_t* table;

  ME_HD std::uint64_t* copy_of(std::int64_t w) const { return table + w % copies * entries; }

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = grid.place(w);
    const std::int64_t n = place.columns();
    std::uint64_t held = maps.key(place, 64 * place.x);
    std::uint64_t length = 1;
    for (std::int64_t b = 1; b < n; b++) {
      const std::uint64_t here = maps.key(place, 64 * place.x + b);
      if (here != held) {
        atomic_add(copy_of(w) + held, length);
        held = here;
        length = 0;
      }
      length++;
    }
    atomic_add(copy_of(w) + held, length);
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
    std::uint64_t* const copy = general.copy_of(w);
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
  ME_HD void add(std::uint64_t* copy, std::uint64_t a, std::uint64_t b,
                 std::uint64_t length) const {
    const Maps& maps = general.maps;
    std::uint64_t key = sort_key(a, maps.maps[0].element);
    if (maps.k == 2) key = key << 8 | sort_key(b, maps.maps[1].element);
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
      labels[row * maps.k + m] = maps.label(m, key);
    }
  }
};

}  // namespace

DeviceJoint joint_of_bytes(const Queue& queue, const MaskView* views, std::int64_t k) {
  const RowGrid grid{{views[0].n, views[0].height, views[0].width}};
  const Maps maps{{views[0], views[k - 1]}, k};
  const std::int64_t entries = k == 1 ? 256 : 65536;
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
  DeviceJoint found(queue, read(queue, before.data() + entries), k);
  for_each(
      queue, entries,
      TakeEntries{maps, table.data(), before.data(), found.labels.data(), found.pixels.data()});
  return found;
}

}  // namespace me::cuda
