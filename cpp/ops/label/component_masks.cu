// Down the columns, pixels of which the component differs from that of the pixel before open and
// close masks.
#include "ops/label/label.h"

#include <utility>

#include "base/execution.cuh"
#include "base/primitives.h"
#include "runs/device_toggles.h"

namespace me::cuda {
namespace {

struct ComponentAt {
  RowRunsView runs;
  const std::uint32_t* numbers;
  const std::int64_t* before;

  // The component, over all masks, of a pixel; -1 for background.
  ME_HD std::int64_t operator()(std::int64_t m, std::int64_t x, std::int64_t y) const {
    const GridItem one = runs.grid.item(m);
    const std::int64_t w = one.words + y * words_in(one.width) + x / 64;
    const int b = static_cast<int>(x % 64);
    if ((runs.foreground[w] >> b & 1) == 0) return -1;
    return before[one.words] + numbers[runs.run(w, b)] - 1;
  }
};

// Calls visit(component, position, change) for what opens (1) and closes (-1) at the pixels of a
// word down a column, and after the last pixel of a mask.
template <class Visit>
ME_HD void for_each_toggle(const ComponentAt& at, const WordGrid::Place& place,
                           const Visit& visit) {
  const std::int64_t first = place.x * place.height + 64 * place.y;
  std::int64_t held = -1;
  if (place.y > 0) {
    held = at(place.item, place.x, 64 * place.y - 1);
  } else if (place.x > 0) {
    held = at(place.item, place.x - 1, place.height - 1);
  }
  const std::int64_t rows = place.rows();
  for (std::int64_t r = 0; r < rows; r++) {
    const std::int64_t here = at(place.item, place.x, 64 * place.y + r);
    if (here == held) continue;
    if (held >= 0) visit(held, first + r, -1);
    if (here >= 0) visit(here, first + r, 1);
    held = here;
  }
  const std::int64_t area = place.width * place.height;
  if (first + rows == area && held >= 0) visit(held, area, -1);
}

struct CountToggles {
  WordGrid grid;
  ComponentAt at;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t i) const {
    const WordGrid::Place place = grid.across(i);
    std::uint32_t count = 0;
    for_each_toggle(at, place, [&](std::int64_t, std::int64_t, int) { count++; });
    counts[place.word] = count;
  }
};

struct ListToggles {
  WordGrid grid;
  ComponentAt at;
  ToggleLayout layout;
  const std::int64_t* before;
  std::uint64_t* keys;

  ME_HD void operator()(std::int64_t i) const {
    const WordGrid::Place place = grid.across(i);
    std::int64_t k = before[place.word];
    if (k == before[place.word + 1]) return;
    for_each_toggle(at, place, [&](std::int64_t component, std::int64_t position, int change) {
      keys[k++] = layout.key(component, position, change);
    });
  }
};

}  // namespace

DeviceRuns component_masks(const Queue& queue, const Components& components,
                           const std::int64_t* sizes, const std::int64_t* each, std::int64_t n) {
  const RowRunsView runs = components.runs.view();
  const HeldGrid<WordGrid> columns = columns_of(queue, sizes, runs.grid.n);
  const HeldGrid<WordGrid> result = columns_of(queue, each, n);
  const WordGrid& grid = columns.grid;
  const ToggleLayout layout(grid);
  require(layout.key_bits(n) <= 64, ErrorKind::limit, "source",
          "expected fewer components, or smaller masks, on a CUDA device");
  const ComponentAt at{runs, components.numbers.data(), components.before.data()};
  const DeviceArray<std::uint32_t> counts(queue, grid.words());
  const DeviceArray<std::int64_t> before(queue, grid.words() + 1);
  for_each(queue, grid.words(), CountToggles{grid, at, counts.data()});
  running_sums(queue, counts.data(), grid.words(), before.data());
  DeviceArray<std::uint64_t> keys(queue, read(queue, before.data() + grid.words()));
  for_each(queue, grid.words(), ListToggles{grid, at, layout, before.data(), keys.data()});
  keys = sorted(queue, std::move(keys), layout.key_bits(n));
  return runs_of_toggles(queue, layout, keys, result.grid);
}

}  // namespace me::cuda
