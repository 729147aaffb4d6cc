#include "ops/compose/compose.h"

#include <cstdlib>

#include "base/execution.cuh"
#include "base/values.h"
#include "runs/run_words.cuh"

namespace me::cuda {
namespace {

// 64 pixels down a column, from the front mask to the back: each pixel is written once.
template <class T>
struct PaintWord {
  WordGrid grid;
  RunWords masks;
  std::int64_t n;
  const std::uint64_t* labels;
  const std::int64_t* order;  // the last one lies on top
  MutableMaskView map;
  bool across;

  ME_HD void operator()(std::int64_t i) const {
    const WordGrid::Place place = across ? grid.across_one_size(i) : grid.down_one_size(i);
    std::uint64_t open = low_bits(place.rows());
    char* pixel = map.data + place.x * map.column_stride + 64 * place.y * map.row_stride;
    for (std::int64_t k = n - 1; k >= 0 && open != 0; k--) {
      const std::int64_t m = order[k];
      const std::uint64_t taken = masks.at(m, place.x, place.y).bits & open;
      if (taken == 0) continue;
      paint(pixel, taken, static_cast<T>(labels[m]));
      open &= ~taken;
    }
    paint(pixel, open, T{0});
  }

 private:
  ME_HD void paint(char* pixel, std::uint64_t bits, T value) const {
    for (; bits != 0; bits &= bits - 1) {
      *reinterpret_cast<T*>(pixel + lowest_bit(bits) * map.row_stride) = value;
    }
  }
};

template <class T>
void compose_as(const Queue& queue, const DeviceRunsView& masks, const std::uint64_t* labels,
                const std::int64_t* order, const MutableMaskView& map) {
  const WordGrid grid{{1, map.height, map.width}};
  const WordGrid each{{masks.n, map.height, map.width}};
  const RunPositions found = positions_of(queue, masks, each);
  const bool across = std::abs(map.column_stride) < std::abs(map.row_stride);
  for_each(queue, grid.words(),
           PaintWord<T>{grid, RunWords(masks, each, found), masks.n, labels, order, map, across});
}

}  // namespace

void compose(const Queue& queue, const DeviceRunsView& masks, const std::uint64_t* labels,
             const std::int64_t* order, const MutableMaskView& map) {
  with_unsigned(element_bytes(map.element),
                [&](auto zero) { compose_as<decltype(zero)>(queue, masks, labels, order, map); });
}

}  // namespace me::cuda
