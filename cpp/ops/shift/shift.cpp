#include "ops/shift/shift.h"

#include <algorithm>

#include "runs/window.h"

namespace me::cpu {
namespace {

// The window onto mask i, of which nothing outside is kept.
auto window_of(const std::int64_t* offsets, bool each) {
  return [offsets, each](std::int64_t i, const Size& size) {
    const std::int64_t* offset = offsets + (each ? 2 * i : 0);
    // Past the largest side everything is out of sight, however far it goes.
    const std::int64_t dx = std::clamp<std::int64_t>(offset[0], -max_side, max_side);
    const std::int64_t dy = std::clamp<std::int64_t>(offset[1], -max_side, max_side);
    return Window{-dx, -dy, size.width - dx, size.height - dy};
  };
}

}  // namespace

Runs shift(const RunsView& masks, const std::int64_t* offsets, bool each, const Exec& exec) {
  return see_through(masks, exec, window_of(offsets, each));
}

std::optional<PackedMasks> shift(const PackedView& masks, const std::int64_t* offsets, bool each,
                                 const Exec& exec) {
  return see_through(masks, exec, window_of(offsets, each));
}

}  // namespace me::cpu
