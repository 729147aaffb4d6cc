#include "ops/decode/decode.h"

#include <cstdlib>

#include "base/execution.cuh"
#include "base/values.h"
#include "runs/run_words.cuh"

namespace me::cuda {
namespace {

// 64 pixels down a column; each pixel of the result is written once.
template <class T>
struct WriteWord {
  WordGrid grid;
  RunWords source;
  MutableMaskView out;
  bool across;
  T value;

  ME_HD void operator()(std::int64_t i) const {
    const WordGrid::Place place = across ? grid.across_one_size(i) : grid.down_one_size(i);
    const std::uint64_t bits = source(place).bits;
    char* pixel = out.data + place.item * out.item_stride + place.x * out.column_stride +
                  64 * place.y * out.row_stride;
    const int rows = static_cast<int>(place.rows());
    for (int r = 0; r < rows; r++) {
      *reinterpret_cast<T*>(pixel + r * out.row_stride) = (bits >> r & 1) != 0 ? value : T{0};
    }
  }
};

template <class T>
void decode_as(const Queue& queue, const DeviceRunsView& masks, const MutableMaskView& out,
               std::uint64_t value) {
  const WordGrid grid{{out.n, out.height, out.width}};
  const RunPositions found = positions_of(queue, masks, grid);
  const bool across = std::abs(out.column_stride) < std::abs(out.row_stride);
  for_each(queue, grid.words(),
           WriteWord<T>{grid, RunWords(masks, grid, found), out, across, static_cast<T>(value)});
}

}  // namespace

void decode(const Queue& queue, const DeviceRunsView& masks, const MutableMaskView& out,
            std::uint64_t value) {
  with_unsigned(element_bytes(out.element),
                [&](auto zero) { decode_as<decltype(zero)>(queue, masks, out, value); });
}

}  // namespace me::cuda
