#include "ops/tolerance_map/tolerance_map.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <queue>
#include <type_traits>
#include <utility>
#include <vector>

namespace me::cpu {
namespace {

// The pixels of the window as interleaved values.
template <class T>
class Window {
 public:
  explicit Window(const ToleranceRequest& request)
      : width(request.window.right - request.window.left),
        height(request.window.bottom - request.window.top),
        channels_(request.image.channels),
        values_(width * height * channels_) {
    PixelReader reader(request.image);
    T* out = values_.data();
    for (std::int64_t y = request.window.top; y < request.window.bottom; y++) {
      for (std::int64_t x = request.window.left; x < request.window.right; x += 512) {
        const std::int64_t n = std::min<std::int64_t>(512, request.window.right - x);
        std::memcpy(out, reader.read(y, x, n), sizeof(T) * static_cast<std::size_t>(n * channels_));
        out += n * channels_;
      }
    }
  }

  // The greatest difference of any channel.
  template <class Cost>
  Cost difference(std::int64_t from, std::int64_t to) const {
    Cost most = 0;
    for (std::int64_t c = 0; c < channels_; c++) {
      const T p = values_[from * channels_ + c];
      const T q = values_[to * channels_ + c];
      Cost one;
      if constexpr (std::is_floating_point<T>::value) {
        one = std::abs(static_cast<double>(q) - static_cast<double>(p));
        if (!(one <= std::numeric_limits<double>::max())) return none<Cost>();
      } else {
        one = p < q ? static_cast<Cost>(q) - static_cast<Cost>(p)
                    : static_cast<Cost>(p) - static_cast<Cost>(q);
      }
      most = std::max(most, one);
    }
    return most;
  }

  bool finite(std::int64_t at) const {
    for (std::int64_t c = 0; c < channels_; c++) {
      if constexpr (std::is_floating_point<T>::value) {
        if (!(std::abs(values_[at * channels_ + c]) <= std::numeric_limits<T>::max())) return false;
      }
    }
    return true;
  }

  template <class Cost>
  static Cost none() {
    return std::is_floating_point<Cost>::value ? std::numeric_limits<Cost>::infinity()
                                               : std::numeric_limits<Cost>::max();
  }

  std::int64_t width, height;

 private:
  std::int64_t channels_;
  Buffer<T> values_;
};

// Takes pixels in the order of what they cost (Dijkstra, with the greatest step in place of the
// sum). A pixel that costs no more than the one it was reached from is taken at once, so a plain
// stack serves level ground and the heap the rest.
template <class T, class Cost>
void run(const ToleranceRequest& request, Cost* out) {
  const Window<T> window(request);
  const std::int64_t n = window.width * window.height;
  std::fill_n(out, n, Window<T>::template none<Cost>());
  Buffer<std::uint8_t> done(n);
  std::fill_n(done.data(), n, std::uint8_t{0});
  using Entry = std::pair<Cost, std::int64_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap;
  Buffer<std::int64_t> level;
  const std::int64_t seed =
      (request.seed_y - request.window.top) * window.width + request.seed_x - request.window.left;
  if (!window.finite(seed)) return;
  out[seed] = 0;
  heap.push({0, seed});
  const auto reach = [&](std::int64_t from, std::int64_t to, Cost cost) {
    if (done[to] != 0 || !window.finite(to)) return;
    const Cost step = window.template difference<Cost>(request.floating ? from : seed, to);
    const Cost all = std::max(cost, step);
    if (all >= out[to] && out[to] != Window<T>::template none<Cost>()) return;
    out[to] = all;
    if (all == cost) {
      done[to] = 1;
      level.push_back(to);
    } else {
      heap.push({all, to});
    }
  };
  while (!heap.empty()) {
    const auto [cost, first] = heap.top();
    heap.pop();
    if (done[first] != 0) continue;
    done[first] = 1;
    level.push_back(first);
    while (!level.empty()) {
      const std::int64_t at = level.back();
      level.truncate(level.size() - 1);
      const std::int64_t x = at % window.width;
      const std::int64_t y = at / window.width;
      for (int dy = -1; dy <= 1; dy++) {
        if (y + dy < 0 || y + dy >= window.height) continue;
        for (int dx = -1; dx <= 1; dx++) {
          if (x + dx < 0 || x + dx >= window.width) continue;
          if (dx != 0 && dy != 0 && !request.diagonal) continue;
          if (dx != 0 || dy != 0) reach(at, at + dy * window.width + dx, cost);
        }
      }
    }
  }
}

}  // namespace

void tolerance_map(const ToleranceRequest& request, std::uint64_t* out) {
  switch (request.image.element) {
    case Element::u8:
      return run<std::uint8_t>(request, out);
    case Element::u16:
      return run<std::uint16_t>(request, out);
    case Element::u32:
      return run<std::uint32_t>(request, out);
    case Element::u64:
      return run<std::uint64_t>(request, out);
    case Element::i8:
      return run<std::int8_t>(request, out);
    case Element::i16:
      return run<std::int16_t>(request, out);
    case Element::i32:
      return run<std::int32_t>(request, out);
    default:
      return run<std::int64_t>(request, out);
  }
}

void tolerance_map(const ToleranceRequest& request, double* out) {
  if (request.image.element == Element::f32) return run<float>(request, out);
  return run<double>(request, out);
}

}  // namespace me::cpu
