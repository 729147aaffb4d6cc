// Pixels of the image of a flood on CUDA, and its words along the rows.
#pragma once
#include "base/execution.cuh"
#include "ops/flood/flood_there.h"
#include "runs/row_words.cuh"

namespace me::cuda {

// Pixels of the box of a question, as values of type T.
template <class T>
struct FloodPixels {
  FloodQuestion ask;

  ME_HD const T* at(std::int64_t y, std::int64_t x) const {
    return reinterpret_cast<const T*>(ask.image.pixel(y + ask.box.top, x + ask.box.left));
  }
  ME_HD const T& value(const T* pixel, int c) const {
    return *reinterpret_cast<const T*>(reinterpret_cast<const char*>(pixel) +
                                       c * ask.image.channel_stride);
  }
  // Whether `to` is within the tolerance of `from`, and both are finite.
  ME_HD bool is_step(const T* from, const T* to) const {
    for (int c = 0; c < ask.image.channels; c++) {
      if (!is_near(value(to, c), value(from, c), ask.tolerance, c)) return false;
    }
    return true;
  }
  ME_HD bool is_finite(const T* pixel) const {
    if constexpr (IsReal<T>::value) {
      for (int c = 0; c < ask.image.channels; c++) {
        const double one = real_of(value(pixel, c));
        if (!(one - one == 0)) return false;
      }
    }
    return true;
  }
  // Whether a barrier or the region keeps the fill away.
  ME_HD bool is_closed(std::int64_t y, std::int64_t x) const {
    for (std::int64_t k = 0; k < ask.n_values; k++) {
      if (is_within(*at(y, x), ask.values[k])) return true;
    }
    y += ask.box.top;
    x += ask.box.left;
    if (ask.has_barrier && bits_of(ask.barrier, 0, y, x) != 0) return true;
    return ask.has_region && bits_of(ask.region, 0, y, x) == 0;
  }
};

// Pixels that match seed `first` + item; runs of them.
template <class T>
struct MatchWord {
  FloodPixels<T> pixels;
  std::int64_t first;

  ME_HD bool is_open(std::int64_t y, std::int64_t x, const T* seed) const {
    return pixels.is_step(seed, pixels.at(y, x)) && !pixels.is_closed(y, x);
  }
  ME_HD RowWord operator()(const RowGrid::Place& place) const {
    const std::int64_t* const seeds = pixels.ask.seeds + 2 * (first + place.item);
    const auto* const seed = reinterpret_cast<const T*>(pixels.ask.image.pixel(seeds[1], seeds[0]));
    const std::int64_t x = 64 * place.x;
    const std::int64_t n = place.columns();
    RowWord word{0, 0};
    for (std::int64_t b = 0; b < n; b++) {
      word.foreground |= std::uint64_t{is_open(place.y, x + b, seed)} << b;
    }
    const bool before = x > 0 && is_open(place.y, x - 1, seed);
    word.starts = word.foreground & ~(word.foreground << 1 | (before ? 1 : 0));
    return word;
  }
};

// Pixels that may be filled at all; runs of those between which steps lead both ways.
template <class T>
struct StepWord {
  FloodPixels<T> pixels;

  ME_HD bool is_open(std::int64_t y, std::int64_t x) const {
    return pixels.is_finite(pixels.at(y, x)) && !pixels.is_closed(y, x);
  }
  ME_HD bool both_ways(const T* a, const T* b) const {
    return pixels.is_step(a, b) && pixels.is_step(b, a);
  }
  ME_HD RowWord operator()(const RowGrid::Place& place) const {
    const std::int64_t x = 64 * place.x;
    const std::int64_t n = place.columns();
    bool before = x > 0 && is_open(place.y, x - 1);
    RowWord word{0, 0};
    for (std::int64_t b = 0; b < n; b++) {
      const bool open = is_open(place.y, x + b);
      const bool joined =
          open && before && both_ways(pixels.at(place.y, x + b - 1), pixels.at(place.y, x + b));
      word.foreground |= std::uint64_t{open} << b;
      word.starts |= std::uint64_t{open && !joined} << b;
      before = open;
    }
    return word;
  }
};

}  // namespace me::cuda
