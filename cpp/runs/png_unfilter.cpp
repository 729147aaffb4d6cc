#include "runs/png_unfilter.h"

#include <cstdlib>
#include <cstring>

namespace me {
namespace {

enum Filter : std::uint8_t { none, sub, up, average, paeth };

std::uint8_t nearest(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

std::uint8_t sum(int stored, int predicted) {
  return static_cast<std::uint8_t>(stored + predicted);
}

// One row; `above` is null for the first, as if zeros were there.
bool unfilter(std::uint8_t filter, const std::uint8_t* in, const std::uint8_t* above,
              std::int64_t n, int step, std::uint8_t* out) {
  const auto left = [&](std::int64_t i) { return i < step ? 0 : int{out[i - step]}; };
  const auto over = [&](std::int64_t i) { return above == nullptr ? 0 : int{above[i]}; };
  switch (filter) {
    case none:
      std::memcpy(out, in, static_cast<std::size_t>(n));
      return true;
    case sub:
      for (std::int64_t i = 0; i < n; i++) out[i] = sum(in[i], left(i));
      return true;
    case up:
      if (above == nullptr) return unfilter(none, in, above, n, step, out);
      for (std::int64_t i = 0; i < n; i++) out[i] = sum(in[i], above[i]);
      return true;
    case average:
      for (std::int64_t i = 0; i < n; i++) out[i] = sum(in[i], (left(i) + over(i)) / 2);
      return true;
    case paeth:
      for (std::int64_t i = 0; i < n; i++) {
        const int corner = i < step || above == nullptr ? 0 : int{above[i - step]};
        out[i] = sum(in[i], nearest(left(i), over(i), corner));
      }
      return true;
    default:
      return false;
  }
}

}  // namespace

std::int64_t unfilter_rows(const std::uint8_t* rows, std::int64_t height, std::int64_t row_bytes,
                           int step, std::uint8_t* pixels) {
  const std::uint8_t* above = nullptr;
  for (std::int64_t y = 0; y < height; y++) {
    const std::uint8_t* row = rows + y * (row_bytes + 1);
    std::uint8_t* out = pixels + y * row_bytes;
    if (!unfilter(row[0], row + 1, above, row_bytes, step, out)) return y;
    above = out;
  }
  return -1;
}

}  // namespace me
