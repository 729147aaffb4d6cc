// rasterize by the exact rule straight to arrays: no runs in between. Private to rasterize and its
// binding.
#pragma once
#include <cstdint>

#include "base/exec.h"
#include "geometry/polygons.h"
#include "runs/runs.h"

namespace me::cpu {

// Throws what the exact rule would throw because of a coordinate of any item.
void check_exact(const PolygonsView& polygons);

// Writes item i, by the even-odd rule, to the i-th of the masks that lie at `out` one after another
// in C order: `value` (its low `bytes` bytes) inside, else zero. The polygons have been checked.
void fill_dense(const PolygonsView& polygons, const Size& size, std::int64_t bytes,
                std::uint64_t value, char* out, const Exec& exec);

}  // namespace me::cpu
