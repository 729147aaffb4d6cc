#include "ops/pad/pad.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "runs/window.h"

namespace me::cpu {
namespace {

// The side with `after` added; throws when a width is negative or the result is too long.
std::int64_t longer_side(std::int64_t side, std::int64_t before, std::int64_t after,
                         std::int64_t item) {
  if (before < 0 || after < 0) {
    throw Error(ErrorKind::argument, "top, bottom, left, right",
                "expected widths of at least 0, got " + std::to_string(std::min(before, after)),
                item);
  }
  if (before > max_side || after > max_side || side + before + after > max_side) {
    throw Error(ErrorKind::limit, "top, bottom, left, right",
                "expected a result with sides of at most 2147483647 pixels, got more", item);
  }
  return side + after;
}

// The window onto mask i, of which nothing outside is kept.
auto window_of(const std::int64_t* widths, bool each) {
  return [widths, each](std::int64_t i, const Size& size) {
    const std::int64_t* w = widths + (each ? 4 * i : 0);
    const std::int64_t item = each ? i : -1;
    const std::int64_t bottom = longer_side(size.height, w[0], w[1], item);
    const std::int64_t right = longer_side(size.width, w[2], w[3], item);
    return Window{-w[2], -w[0], right, bottom};
  };
}

}  // namespace

Runs pad(const RunsView& masks, const std::int64_t* widths, bool each, const Exec& exec) {
  return see_through(masks, exec, window_of(widths, each));
}

std::optional<PackedMasks> pad(const PackedView& masks, const std::int64_t* widths, bool each,
                               const Exec& exec) {
  return see_through(masks, exec, window_of(widths, each));
}

}  // namespace me::cpu
