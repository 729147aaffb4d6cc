#include "ops/contains/contains.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/buffer.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/poll_some.h"
#include "base/sort_polling.h"

namespace me::cpu {
namespace {

struct Point {
  std::int64_t x;
  std::int64_t y;
  std::int64_t index;  // among the caller's points
};

// The points that could lie in some mask, as pixels, in the order in which every mask numbers its
// pixels: by column, then by row, whatever the height.
Buffer<Point> sorted_pixels(const double* points, std::int64_t k) {
  Buffer<Point> pixels;
  pixels.reserve(k);
  for (std::int64_t p = 0; p < k; p++) {
    poll_some(p, 5);
    const double x = std::floor(points[2 * p]);
    const double y = std::floor(points[2 * p + 1]);
    if (std::isnan(x) || std::isnan(y)) {
      throw Error(ErrorKind::argument, "points", "expected finite coordinates, got NaN", p);
    }
    if (x < 0 || y < 0 || x >= max_side || y >= max_side) continue;
    pixels.push_back({static_cast<std::int64_t>(x), static_cast<std::int64_t>(y), p});
  }
  sort_polling(pixels.begin(), pixels.end(), [](const Point& one, const Point& other) {
    return one.x != other.x ? one.x < other.x : one.y < other.y;
  });
  return pixels;
}

// Says of k points that they are in no mask.
void clear(bool* out, std::int64_t k) {
  poll(0.1 * static_cast<double>(k));
  std::memset(out, 0, static_cast<std::size_t>(k));
}

// Walks runs and points side by side; stops with the last point.
void contains_one(const RunList& runs, const Buffer<Point>& pixels, bool* out) {
  const auto [height, width] = runs.size;
  std::int64_t run = 0;
  std::int64_t end = runs.n > 0 ? std::int64_t{runs.counts[0]} : 0;
  for (std::int64_t p = 0; p < pixels.size(); p++) {
    poll_some(p, 5);
    const Point& pixel = pixels[p];
    if (pixel.x >= width) return;
    if (pixel.y >= height) continue;
    const std::int64_t position = pixel.x * height + pixel.y;
    while (end <= position && run + 1 < runs.n) end += runs.counts[++run];
    out[pixel.index] = position < end && (run & 1) != 0;
  }
}

void contains_one(const std::uint64_t* mask, Size size, const Buffer<Point>& pixels, bool* out) {
  for (std::int64_t p = 0; p < pixels.size(); p++) {
    poll_some(p, 5);
    const Point& pixel = pixels[p];
    if (pixel.x >= size.width) return;
    if (pixel.y >= size.height) continue;
    const std::int64_t position = pixel.x * size.height + pixel.y;
    out[pixel.index] = (mask[position >> 6] >> (position & 63) & 1) != 0;
  }
}

}  // namespace

void contains(const RunsView& masks, const double* points, std::int64_t k, bool* out,
              const Exec& exec) {
  const Buffer<Point> pixels = sorted_pixels(points, k);
  if (masks.n == 0 || k == 0) return;
  const double runs_each = masks.mean_counts();
  for_ranges(exec, masks.n, runs_each + 3.0 * double(k), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      clear(out + i * k, k);
      contains_one(masks[i], pixels, out + i * k);
    }
  });
}

void contains(const PackedView& masks, const double* points, std::int64_t k, bool* out,
              const Exec& exec) {
  const Buffer<Point> pixels = sorted_pixels(points, k);
  if (masks.n == 0 || k == 0) return;
  for_ranges(exec, masks.n, 10 + 5.0 * double(k), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      clear(out + i * k, k);
      contains_one(masks.mask(i), masks.size(i), pixels, out + i * k);
    }
  });
}

}  // namespace me::cpu
