#include "ops/crop/crop.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "runs/window.h"

namespace me::cpu {
namespace {

// The window onto mask i, of which nothing outside is kept.
auto window_of(const std::int64_t* boxes, bool each) {
  return [boxes, each](std::int64_t i, const Size&) {
    const std::int64_t* b = boxes + (each ? 4 * i : 0);
    const std::int64_t item = each ? i : -1;
    const Window window{b[0], b[1], b[2], b[3]};
    if (b[2] < b[0] || b[3] < b[1]) {
      throw Error(ErrorKind::argument, "box",
                  "expected left <= right and top <= bottom, got (" + std::to_string(b[0]) + ", " +
                      std::to_string(b[1]) + ", " + std::to_string(b[2]) + ", " +
                      std::to_string(b[3]) + ")",
                  item);
    }
    const auto side = [](std::int64_t from, std::int64_t to) {
      return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    };
    if (side(b[0], b[2]) > max_side || side(b[1], b[3]) > max_side) {
      throw Error(ErrorKind::limit, "box",
                  "expected sides of at most 2147483647 pixels, got " +
                      std::to_string(side(b[0], b[2])) + " x " + std::to_string(side(b[1], b[3])),
                  item);
    }
    return window;
  };
}

}  // namespace

Runs crop(const RunsView& masks, const std::int64_t* boxes, bool each, const Exec& exec) {
  return see_through(masks, exec, window_of(boxes, each));
}

std::optional<PackedMasks> crop(const PackedView& masks, const std::int64_t* boxes, bool each,
                                const Exec& exec) {
  return see_through(masks, exec, window_of(boxes, each));
}

}  // namespace me::cpu
