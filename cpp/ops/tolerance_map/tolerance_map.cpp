#include "ops/tolerance_map/tolerance_map.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/poll_some.h"
#include "ops/tolerance_map/monotone_queue.h"

namespace me::cpu {
namespace {

// What is compared of a difference, in this order: an integer's, unsigned, and the bits of a
// float64, which order as it does where it is not below zero.
template <class T>
struct KeyOfType : std::make_unsigned<T> {};
template <>
struct KeyOfType<float> : std::make_unsigned<std::int64_t> {};
template <>
struct KeyOfType<double> : std::make_unsigned<std::int64_t> {};
template <class T>
using KeyOf = typename KeyOfType<T>::type;

std::uint64_t key_of(double cost) {
  std::uint64_t bits;
  std::memcpy(&bits, &cost, sizeof bits);
  return bits;
}

template <class T>
KeyOf<T> unreachable() {
  if constexpr (std::is_floating_point<T>::value) {
    return key_of(std::numeric_limits<double>::infinity());
  } else {
    return std::numeric_limits<KeyOf<T>>::max();
  }
}

template <class T>
KeyOf<T> difference(T p, T q) {
  if constexpr (std::is_floating_point<T>::value) {
    const double apart = std::abs(static_cast<double>(q) - static_cast<double>(p));
    return apart <= std::numeric_limits<double>::max() ? key_of(apart) : unreachable<T>();
  } else {
    using Key = KeyOf<T>;
    return static_cast<Key>(p < q ? static_cast<Key>(q) - static_cast<Key>(p)
                                  : static_cast<Key>(p) - static_cast<Key>(q));
  }
}

// Takes pixels in the order of what they cost (Dijkstra, with the greatest step in place of the
// sum). A pixel that costs no more than the one it was reached from is taken at once, so a plain
// stack serves level ground and the queue the rest. A frame of pixels that are done from the start
// takes the place of asking where the window ends.
template <class T, bool is_floating>
class Search {
  using Key = KeyOf<T>;

 public:
  explicit Search(const ToleranceRequest& request)
      : request_(request),
        width_(request.window.right - request.window.left),
        height_(request.window.bottom - request.window.top),
        channels_(request.image.channels),
        stride_(width_ + 1),
        done_(place(0, height_ + 1)),
        cost_(done_.size()),
        values_(is_floating ? done_.size() * channels_ : 0) {
    std::memset(done_.data(), 1, static_cast<std::size_t>(done_.size()));
    PixelReader reader(request.image);
    const std::int64_t x = request.seed_x, y = request.seed_y;
    std::memcpy(seed_, reader.read(y, x, 1), sizeof(T) * static_cast<std::size_t>(channels_));
    for (std::int64_t row = 0; row < height_; row++) {
      for (std::int64_t column = 0; column < width_; column += 512) {
        const std::int64_t n = std::min<std::int64_t>(512, width_ - column);
        prepare(reader.read(request.window.top + row, request.window.left + column, n),
                place(column, row), n);
        poll(3 * static_cast<double>(n));
      }
    }
  }

  void run() {
    const std::int64_t seed =
        place(request_.seed_x - request_.window.left, request_.seed_y - request_.window.top);
    if (done_[seed] != 0) return;
    cost_[seed] = 0;
    take(seed);
    const auto is_stale = [&](std::int64_t at) { return is_floating && done_[at] != 0; };
    std::int64_t taken = 0;  // of all levels: each may be a pixel
    do {
      while (!level_.empty()) {
        poll_some(taken++, 50);
        const std::int64_t at = level_.back();
        level_.truncate(level_.size() - 1);
        spread(at);
      }
    } while (queue_.take_least(is_stale, [&](std::int64_t at) { take(at); }));
  }

  // Row by row, without the frame.
  void write(void* out) const {
    Key* to = static_cast<Key*>(out);  // of a float64 the bits
    for (std::int64_t row = 0; row < height_; row++) {
      poll(static_cast<double>(width_));
      for (std::int64_t at = place(0, row); at < place(width_, row); at++) {
        *to++ = done_[at] != 0 ? cost_[at] : unreachable<T>();
      }
    }
  }

 private:
  // One column of the frame is on the right of each row and on the left of the next.
  std::int64_t place(std::int64_t x, std::int64_t y) const { return 1 + (y + 1) * stride_ + x; }

  void prepare(const char* pixels, std::int64_t first, std::int64_t n) {
    T p[max_channels];
    for (std::int64_t i = 0; i < n; i++) {
      std::memcpy(p, pixels + i * channels_ * static_cast<std::int64_t>(sizeof(T)),
                  sizeof(T) * static_cast<std::size_t>(channels_));
      bool is_finite = true;
      Key step = 0;
      for (std::int64_t c = 0; c < channels_; c++) {
        if constexpr (std::is_floating_point<T>::value) {
          is_finite = is_finite && std::abs(p[c]) <= std::numeric_limits<T>::max();
        }
        step = std::max(step, difference(seed_[c], p[c]));
        if (is_floating) values_[(first + i) * channels_ + c] = p[c];
      }
      done_[first + i] = is_finite ? 0 : 1;
      cost_[first + i] = is_floating || !is_finite ? unreachable<T>() : step;
    }
  }

  void take(std::int64_t at) {
    done_[at] = 1;
    level_.push_back(at);
  }

  void spread(std::int64_t at) {
    const Key cost = queue_.last();
    reach(at, at - stride_, cost);
    reach(at, at - 1, cost);
    reach(at, at + 1, cost);
    reach(at, at + stride_, cost);
    if (!request_.diagonal) return;
    reach(at, at - stride_ - 1, cost);
    reach(at, at - stride_ + 1, cost);
    reach(at, at + stride_ - 1, cost);
    reach(at, at + stride_ + 1, cost);
  }

  void reach(std::int64_t from, std::int64_t to, Key cost) {
    if (done_[to] != 0) return;
    Key all = cost;
    if constexpr (is_floating) {
      for (std::int64_t c = 0; c < channels_; c++) {
        all = std::max(all, difference(values_[from * channels_ + c], values_[to * channels_ + c]));
      }
      if (all >= cost_[to] && cost_[to] != unreachable<T>()) return;
    } else {
      // the first to reach it costs least, as costs only grow
      all = std::max(all, cost_[to]);
      done_[to] = 1;
    }
    cost_[to] = all;
    if (all == cost) {
      take(to);
    } else if (!std::is_floating_point<T>::value || all != unreachable<T>()) {
      queue_.push(all, to);
    }
  }

  const ToleranceRequest& request_;
  std::int64_t width_, height_, channels_, stride_;
  Buffer<std::uint8_t> done_;
  Buffer<Key> cost_;  // with the fixed mode, from the start the difference from the seed
  Buffer<T> values_;
  T seed_[max_channels];
  Buffer<std::int64_t> level_;
  MonotoneQueue<Key> queue_;
};

template <class T>
void run(const ToleranceRequest& request, void* out) {
  const auto search = [&](auto&& one) {
    one.run();
    one.write(out);
  };
  if (request.floating) return search(Search<T, true>(request));
  search(Search<T, false>(request));
}

}  // namespace

Element tolerance_element(Element image) {
  switch (element_bytes(image)) {
    case 1:
      return Element::u8;
    case 2:
      return Element::u16;
    default:
      if (image == Element::f32 || image == Element::f64) return Element::f64;
      return element_bytes(image) == 4 ? Element::u32 : Element::u64;
  }
}

void tolerance_map(const ToleranceRequest& request, void* out) {
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
    case Element::f32:
      return run<float>(request, out);
    case Element::f64:
      return run<double>(request, out);
    default:
      return run<std::int64_t>(request, out);
  }
}

}  // namespace me::cpu
