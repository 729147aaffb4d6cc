// Paints stretches of positions one after the other, each with all masks that show there.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/buffer.h"
#include "base/dispatch.h"
#include "ops/compose/compose_kernels.h"
#include "runs/columns.h"
#include "runs/row_changes.h"
#include "runs/runs.h"

namespace me::cpu {

// Masks over each other, and what is written for each. `order` starts with the one at the back.
struct Layers {
  RunsView masks;
  const std::uint64_t* labels;
  const std::int64_t* order;
};

inline const kernels::ComposeKernels& compose_kernels(std::size_t width) {
  return *select(&kernels::compose_scalar[width], ME_X86(&kernels::compose_avx2[width]),
                 ME_X86(&kernels::compose_avx512[width]));
}

// Pixels to paint at a time: what stays in a first-level cache, unless there are so many masks that
// looking at each takes longer than that saves.
inline std::int64_t stretch_pixels(const RunsView& masks, std::int64_t pixels, std::int64_t bytes) {
  constexpr std::int64_t least = std::int64_t{1} << 14;
  constexpr std::int64_t most = std::int64_t{1} << 20;
  const std::int64_t runs_each = masks.total_counts() / std::max<std::int64_t>(masks.n, 1);
  const std::int64_t wanted = pixels * bytes / std::max<std::int64_t>(runs_each / 16, 1);
  return std::clamp(wanted, least, most) / bytes;
}

// From the back, over what lies there, or from the front, only what is not covered yet: where few
// masks cover a stretch, those behind them are not looked at. Which of the two is cheaper is tried
// from time to time.
template <class T>
class Painter {
 public:
  // From position `begin` on, at most `stretch` pixels at a time.
  Painter(const Layers& layers, std::int64_t begin, std::int64_t stretch)
      : layers_(layers),
        next_(layers.masks.n),
        shown_(layers.masks.n),
        uncovered_((stretch + 63) / 64),
        kernels_(compose_kernels(width_index(sizeof(T)))) {
    const std::int64_t n = layers.masks.n;
    const Size size = n == 0 ? Size{1, 1} : layers.masks.size(0);
    runs_a_pixel_ = double(layers.masks.total_counts()) / 2 / double(size.area());
    for (std::int64_t k = 0; k < n; k++) {
      const RunList runs = layers.masks[layers.order[k]];
      move_to(runs, k, place(runs, {0, 0}, begin));
    }
  }

  // Pixels [begin, end), which come after those before, to to[0, end - begin).
  void paint(std::int64_t begin, std::int64_t end, T* to) {
    begin_ = begin;
    end_ = end;
    to_ = to;
    if (until_trial_ > 0) {
      until_trial_--;
      paint_from_back();
    } else if (!paint_from_front()) {
      until_trial_ = 31;
    }
  }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  struct Next {
    std::int64_t run, start;
  };

  void paint_from_back() {
    std::fill(to_, to_ + (end_ - begin_), T{0});
    for (std::int64_t k = 0; k < layers_.masks.n; k++) {
      if (shown_[k] < end_) paint_mask(k, nullptr);
    }
  }

  // Whether this took less than from the back it would.
  bool paint_from_front() {
    const std::int64_t words = (end_ - begin_ + 63) / 64;
    std::fill(uncovered_.data(), uncovered_.data() + words, ~std::uint64_t{0});
    if ((end_ - begin_) % 64 != 0) {
      uncovered_[words - 1] = ~std::uint64_t{0} >> (64 - (end_ - begin_) % 64);
    }
    double runs = 0;
    std::int64_t covered = 0;
    for (std::int64_t k = layers_.masks.n - 1; k >= 0 && covered < words; k--) {
      if (shown_[k] >= end_) continue;
      runs += double(paint_mask(k, uncovered_.data()));
      while (covered < words && uncovered_[covered] == 0) covered++;
    }
    if (covered < words) paint_part(begin_, end_, 0, uncovered_.data());
    return kernels_.front_cost * runs < runs_a_pixel_ * double(end_ - begin_);
  }

  // The runs of mask k; returns how many pairs it looked at.
  std::int64_t paint_mask(std::int64_t k, std::uint64_t* uncovered) {
    const std::int64_t i = layers_.order[k];
    const RunList runs = layers_.masks[i];
    const std::uint64_t label = layers_.labels[i];
    Next at = next_[k];
    if (at.start + runs.counts[at.run] <= begin_) at = place(runs, at, begin_);
    std::int64_t pairs = 0;
    while (at.run < runs.n && at.start < end_) {
      if (at.run % 2 == 0) {
        kernels::PaintRuns some{runs.counts + at.run, (runs.n - at.run) / 2, at.start - begin_};
        const std::int64_t whole = paint_runs(some, label, uncovered);
        pairs += whole;
        at = {at.run + 2 * whole, begin_ + some.start};
      }
      if (at.run == runs.n || at.start >= end_) break;
      const std::int64_t stop = at.start + runs.counts[at.run];
      if (at.run % 2 == 1) paint_part(at.start, stop, label, uncovered);
      if (stop > end_) break;
      at = {at.run + 1, stop};
    }
    move_to(runs, k, at);
    return pairs;
  }

  std::int64_t paint_runs(kernels::PaintRuns& runs, std::uint64_t label, std::uint64_t* uncovered) {
    if (uncovered == nullptr) return kernels_.from_back(runs, end_ - begin_, label, to_);
    return kernels_.from_front(runs, end_ - begin_, label, to_, uncovered);
  }

  // A run that does not lie in the stretch as a whole.
  void paint_part(std::int64_t start, std::int64_t stop, std::uint64_t label,
                  std::uint64_t* uncovered) {
    const std::int64_t from = std::max(start, begin_);
    const std::int64_t until = std::min(stop, end_);
    if (from >= until) return;
    const std::uint32_t counts[2] = {static_cast<std::uint32_t>(from - begin_),
                                     static_cast<std::uint32_t>(until - from)};
    kernels::PaintRuns one{counts, 1, 0};
    paint_runs(one, label, uncovered);
  }

  // The run that holds `position`, which is not before `at`.
  static Next place(const RunList& runs, Next at, std::int64_t position) {
    const RunPlace there =
        place_of({runs.counts + at.run, runs.n - at.run, runs.size}, position - at.start);
    return {at.run + there.run, position - there.used};
  }

  void move_to(const RunList& runs, std::int64_t k, Next next) {
    next_[k] = next;
    const bool background = next.run % 2 == 0 && next.run < runs.n;
    shown_[k] = next.start + (background ? std::int64_t{runs.counts[next.run]} : 0);
    if (next.run + (background ? 1 : 0) >= runs.n) shown_[k] = never;
  }

  Layers layers_;
  Buffer<Next> next_;           // in the order of painting
  Buffer<std::int64_t> shown_;  // where the next pixel of foreground may be
  Buffer<std::uint64_t> uncovered_;
  const kernels::ComposeKernels& kernels_;
  double runs_a_pixel_;
  std::int64_t until_trial_ = 0;
  std::int64_t begin_ = 0, end_ = 0;
  T* to_ = nullptr;
};

}  // namespace me::cpu
