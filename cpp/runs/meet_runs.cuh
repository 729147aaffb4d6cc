// Runs of neighbouring rows that touch, on the GPU.
#pragma once
#include "runs/device_components.h"

namespace me::cuda {

// Element w is a word and the one above it: visit(w, run, run above) for each pair of runs that
// touch and, with `valued`, are of one value; each pair is met once, where it first touches.
template <class Visit>
struct MeetRuns {
  RowRunsView runs;
  MaskView values;
  bool valued, corners;
  Visit visit;

  ME_HD void operator()(std::int64_t w) const {
    const RowGrid::Place place = runs.grid.place(w);
    if (place.y == 0) return;
    const std::int64_t up = w - place.per_row();
    const std::uint64_t f = runs.foreground[w];
    const std::uint64_t s = runs.starts[w];
    const std::uint64_t f_up = runs.foreground[up];
    const std::uint64_t s_up = runs.starts[up];
    meet(f & f_up & (s | s_up), w, 0, up, 0, place);
    if (!corners) return;
    const bool inner = place.x > 0;
    const std::uint64_t left = f << 1 | (inner ? runs.foreground[w - 1] >> 63 : 0);
    const std::uint64_t left_up = f_up << 1 | (inner ? runs.foreground[up - 1] >> 63 : 0);
    meet(s & left_up & (~f_up | s_up), w, 0, up, 1, place);
    meet(s_up & left & (~f | s), w, 1, up, 0, place);
  }

 private:
  // The runs of pixels that lie `back` and `back_up` columns left of each of these bits.
  ME_HD void meet(std::uint64_t bits, std::int64_t w, int back, std::int64_t up, int back_up,
                  RowGrid::Place place) const {
    for (; bits != 0; bits &= bits - 1) {
      const int b = lowest_bit(bits);
      const std::int64_t x = 64 * place.x + b;
      if (valued && bits_of(values, place.item, place.y, x - back) !=
                        bits_of(values, place.item, place.y - 1, x - back_up)) {
        continue;
      }
      visit(w, run_at(w, b - back), run_at(up, b - back_up));
    }
  }
  ME_HD std::uint32_t run_at(std::int64_t w, int b) const {
    return b < 0 ? runs.run(w - 1, 63) : runs.run(w, b);
  }
};

}  // namespace me::cuda
