#include "ops/canvas/map_changes.h"

#include <algorithm>
#include <cstring>

#include "base/values.h"
#include "ops/canvas/patch_columns.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/row_changes.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

// Pixels [begin, end) of row y differ everywhere: cut where the labels of either map change.
template <class T>
void add_stretch(const T* before, const T* after, std::int64_t y, std::int64_t begin,
                 std::int64_t end, Changes& changes) {
  for (std::int64_t x = begin; x < end;) {
    std::int64_t stop = x + 1;
    while (stop < end && before[stop] == before[x] && after[stop] == after[x]) stop++;
    add_in_order(changes, {static_cast<std::int32_t>(y), static_cast<std::int32_t>(x),
                           static_cast<std::int32_t>(stop), before[x], after[x]});
    x = stop;
  }
}

// Calls work(begin, end) for the stretches of set bits among n.
template <class Work>
void for_each_stretch(const std::uint64_t* words, std::int64_t n, Work work) {
  const auto next = [&](std::int64_t x, std::uint64_t flip) {
    for (std::int64_t k = x / 64; k < words_for(n); k++) {
      std::uint64_t word = words[k] ^ flip;
      if (k == x / 64) word &= ~std::uint64_t{0} << x % 64;
      if (word != 0) return std::min<std::int64_t>(64 * k + lowest_bit(word), n);
    }
    return n;
  };
  for (std::int64_t x = next(0, 0); x < n;) {
    const std::int64_t end = next(x, ~std::uint64_t{0});
    work(x, end);
    x = next(end, 0);
  }
}

}  // namespace

Changes changes_between(const MaskView& before, const MaskView& after) {
  Changes changes;
  if (before.height * before.width == 0) return changes;
  RowReader first(item_of(before, 0));
  RowReader second(item_of(after, 0));
  const std::int64_t bytes = element_bytes(before.element);
  const auto differ = change_kernels().differ[width_index(bytes)];
  Buffer<std::uint64_t> words(words_for(before.width));
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t y = 0; y < before.height; y++) {
      const char* a = first.row(y);
      const char* b = second.row(y);
      differ(a, b, before.width, words.data());
      for_each_stretch(words.data(), before.width, [&](std::int64_t begin, std::int64_t end) {
        add_stretch(reinterpret_cast<const T*>(a), reinterpret_cast<const T*>(b), y, begin, end,
                    changes);
      });
    }
  });
  return changes;
}

void paint_pairs(const Patch& patch, const PixelBox& box, std::uint32_t* out) {
  const std::int64_t width = box.right - box.left;
  std::fill_n(out, width * (box.bottom - box.top), 0u);
  PatchColumns columns(patch.columns->data(), patch.columns->size());
  for (std::int64_t i = 0; i < patch.n; i++) {
    const PatchColumns::Row row = columns.next();
    std::fill_n(out + (row.y - box.top) * width + row.begin - box.left, row.end - row.begin,
                static_cast<std::uint32_t>(row.pair + 1));
  }
}

}  // namespace me::cpu
