// rasterize by the rules that decide row by row straight to arrays: no runs in between. Private to
// rasterize and its binding.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "geometry/polygons.h"
#include "ops/rasterize/rasterize.h"
#include "runs/runs.h"

namespace me::cpu {

// Whether this can be done, and without an exception on the way: none of the rules refuses
// coordinates or images of this extent.
bool rows_fit(const PolygonsView& polygons, const Size& size);

// Writes item i, by a rule other than exact and coco, to the i-th of the masks that lie at `out`
// one after another in C order: `value` (its low `bytes` bytes) inside, else zero.
void fill_dense_rows(const PolygonsView& polygons, const Size& size, PixelRule rule,
                     std::int64_t bytes, std::uint64_t value, char* out, const Exec& exec);

}  // namespace me::cpu
