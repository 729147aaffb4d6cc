#include "runs/device_grid.h"

#include <algorithm>
#include <vector>

#include "base/checked.h"
#include "base/execution.cuh"

namespace me::cuda {
namespace {

enum class Lines { columns, rows, turned };  // turned: the columns are taken for rows

GridItem sides(Lines lines, const std::int64_t* size) {
  return lines == Lines::turned ? GridItem{size[1], size[0]} : GridItem{size[0], size[1]};
}

// What lies before the item after this one.
GridItem after(Lines lines, const GridItem& one) {
  const std::int64_t count = lines == Lines::columns ? one.width : one.height;
  const std::int64_t length = lines == Lines::columns ? one.height : one.width;
  GridItem next;
  next.words = checked_add(one.words, checked_mul(count, words_in(length), "masks"), "masks");
  next.lines = checked_add(one.lines, count, "masks");
  next.pixels = checked_add(one.pixels, checked_mul(count, length, "masks"), "masks");
  return next;
}

template <class Kind>
HeldGrid<Kind> held_grid(const Queue& queue, const std::int64_t* sizes, std::int64_t n,
                         Lines lines) {
  HeldGrid<Kind> held;
  held.grid.n = n;
  if (n == 0) return held;
  const GridItem first = sides(lines, sizes);
  held.grid.height = first.height;
  held.grid.width = first.width;
  bool one_size = true;
  for (std::int64_t m = 1; m < n && one_size; m++) {
    one_size = sizes[2 * m] == sizes[0] && sizes[2 * m + 1] == sizes[1];
  }
  if (one_size) {
    checked_mul(checked_mul(first.height, first.width, "masks"), n, "masks");
    return held;
  }
  std::vector<GridItem> items(static_cast<std::size_t>(n) + 1);
  for (std::int64_t m = 0; m < n; m++) {
    GridItem& one = items[static_cast<std::size_t>(m)];
    const GridItem size = sides(lines, sizes + 2 * m);
    one.height = size.height;
    one.width = size.width;
    held.grid.height = std::max(held.grid.height, one.height);
    held.grid.width = std::max(held.grid.width, one.width);
    items[static_cast<std::size_t>(m) + 1] = after(lines, one);
  }
  held.grid.end = items.back();
  held.items = DeviceArray<GridItem>(queue, n + 1);
  write(queue, items.data(), n + 1, held.items.data());
  held.grid.items = held.items.data();
  return held;
}

}  // namespace

HeldGrid<WordGrid> columns_of(const Queue& queue, const std::int64_t* sizes, std::int64_t n) {
  return held_grid<WordGrid>(queue, sizes, n, Lines::columns);
}

HeldGrid<RowGrid> rows_of(const Queue& queue, const std::int64_t* sizes, std::int64_t n) {
  return held_grid<RowGrid>(queue, sizes, n, Lines::rows);
}

HeldGrid<RowGrid> columns_as_rows(const Queue& queue, const std::int64_t* sizes, std::int64_t n) {
  return held_grid<RowGrid>(queue, sizes, n, Lines::turned);
}

}  // namespace me::cuda
