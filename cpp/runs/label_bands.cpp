#include "runs/label_bands.h"

#include <algorithm>
#include <utility>

#include "base/interrupt.h"
#include "base/values.h"
#include "runs/growing_line.h"

namespace me {
namespace {

// Where neighbouring labels differ, as bits.
class Cracks {
 public:
  explicit Cracks(const LabelRows& labels)
      : labels_(labels),
        differences_(labels.width * labels.bytes),
        pack_(labels.bytes == 1   ? bit_kernels().pack1
              : labels.bytes == 2 ? bit_kernels().pack2
              : labels.bytes == 4 ? bit_kernels().pack4
                                  : bit_kernels().pack8) {}

  // Pixels with another label to their right or left.
  void beside(std::int64_t y, std::uint64_t* words) {
    const std::int64_t n = words_for(labels_.width);
    words[n - 1] = 0;
    differ(labels_.row(y), labels_.row(y) + labels_.bytes, labels_.width - 1, words);
    std::uint64_t carry = 0;
    for (std::int64_t k = 0; k < n; k++) {
      const std::uint64_t word = words[k];
      words[k] = word | word << 1 | carry;
      carry = word >> 63;
    }
  }

  // Pixels with another label below them.
  void below(std::int64_t y, std::uint64_t* words) {
    if (y + 1 < labels_.height) {
      differ(labels_.row(y), labels_.row(y + 1), labels_.width, words);
    } else {
      std::fill(words, words + words_for(labels_.width), std::uint64_t{0});
    }
  }

  void labelled(std::int64_t y, std::uint64_t* words) {
    pack_(labels_.row(y), labels_.width, words);
  }

 private:
  void differ(const char* a, const char* b, std::int64_t n, std::uint64_t* words) {
    if (n == 0) return;
    char* out = differences_.data();
    with_unsigned(labels_.bytes, [&](auto zero) {
      using T = decltype(zero);
      const T* left = reinterpret_cast<const T*>(a);
      const T* right = reinterpret_cast<const T*>(b);
      T* to = reinterpret_cast<T*>(out);
      for (std::int64_t i = 0; i < n; i++) to[i] = left[i] ^ right[i];
    });
    pack_(out, n, words);
  }

  LabelRows labels_;
  Buffer<char> differences_;
  void (*pack_)(const void*, std::int64_t, std::uint64_t*);
};

class Band {
 public:
  Band(const LabelRows& labels, const BandRule& rule, LineSink& sink)
      : labels_(labels),
        rule_(rule),
        footprint_(footprint_of_rows(rule.reach, labels.height, labels.width)),
        across_(footprint_.across()),
        n_(words_for(labels.width)),
        cracks_(labels),
        beside_(labels.width, footprint_.along(0), false, false),
        below_(labels.width, footprint_.along(0), false, false),
        labelled_(n_),
        edge_(n_),
        sink_(sink) {
    std::fill(edge_.begin(), edge_.end(), std::uint64_t{0});
    for (std::int64_t k = 0; k < footprint_.along(0); k++) {
      for (const std::int64_t x : {k, labels.width - 1 - k}) {
        edge_[x / 64] |= std::uint64_t{1} << (x & 63);
      }
    }
  }

  void run(std::int64_t begin, std::int64_t end) {
    if (across_ > 1 && footprint_.is_rectangle()) {
      blocks(begin, end);
    } else {
      scatter(begin, end);
    }
  }

 private:
  bool has_row(std::int64_t y) const { return y >= 0 && y < labels_.height; }

  // Every row with its cracks is united with the rows that reach them. A crack below row y is at a
  // distance of d from rows y + 1 - d and y + d; one within row y must have both its pixels within
  // reach, so it counts from the nearer and one less.
  void scatter(std::int64_t begin, std::int64_t end) {
    const std::int64_t ring_rows = 2 * across_ + 2;
    Buffer<std::uint64_t> ring(ring_rows * n_);
    std::fill(ring.begin(), ring.end(), std::uint64_t{0});
    const auto place = [&](std::int64_t y) { return ring.data() + y % ring_rows * n_; };
    const auto unite = [&](std::int64_t y, const std::uint64_t* words) {
      if (y >= begin && y < end) kernels_.unite(place(y), words, n_);
    };
    const auto finish = [&](std::int64_t y) {
      write(y, place(y));
      std::fill(place(y), place(y) + n_, std::uint64_t{0});
    };
    const std::int64_t stop = std::min(end + across_, labels_.height);
    for (std::int64_t y = std::max<std::int64_t>(begin - across_, 0); y < stop; y++) {
      poll(static_cast<double>(n_ * (across_ + 8)));
      cracks_.below(y, below_.restart());
      cracks_.beside(y, beside_.restart());
      for (std::int64_t d = across_; d >= 1 && !below_.is_empty(); d--) {
        below_.grow_to(footprint_.along(d));
        unite(y + 1 - d, below_.words());
        unite(y + d, below_.words());
      }
      for (std::int64_t d = beside_.is_empty() ? -1 : across_; d >= 0; d--) {
        if (footprint_.along(d) == 0) continue;
        beside_.grow_to(footprint_.along(d) - 1);
        unite(y - d, beside_.words());
        if (d > 0) unite(y + d, beside_.words());
      }
      if (y - across_ >= begin) finish(y - across_);
    }
    for (std::int64_t y = std::max(stop - across_, begin); y < end; y++) finish(y);
  }

  // Running unions over blocks of 2 * across rows: what reaches row y are all cracks of the rows
  // from y - across on to before y + across, and those within that row.
  void blocks(std::int64_t begin, std::int64_t end) {
    const std::int64_t length = 2 * across_;
    Buffer<std::uint64_t> block(length * n_);
    Buffer<std::uint64_t> next(length * n_);
    Buffer<std::uint64_t> running(n_);
    Buffer<std::uint64_t> out(n_);
    std::int64_t start = begin - across_;
    for (std::int64_t k = 0; k < length; k++) take(start + k, block.data() + k * n_);
    for (;; start += length) {
      for (std::int64_t k = length - 2; k >= 0; k--) {
        kernels_.unite(block.data() + k * n_, block.data() + (k + 1) * n_, n_);
      }
      std::fill(running.begin(), running.end(), std::uint64_t{0});
      for (std::int64_t k = 0; k < length; k++) {
        if (start + k + across_ >= end) return;
        std::uint64_t* words = next.data() + k * n_;
        take(start + length + k, words);
        kernels_.join(block.data() + k * n_, running.data(), n_, out.data());
        if (has_row(start + length + k)) kernels_.unite(out.data(), beside_.words(), n_);
        write(start + k + across_, out.data());
        kernels_.unite(running.data(), words, n_);
      }
      block.swap(next);
    }
  }

  // All cracks of row y as they reach along rows; beside_ keeps those within it.
  void take(std::int64_t y, std::uint64_t* words) {
    if (!has_row(y)) {
      std::fill(words, words + n_, std::uint64_t{0});
      return;
    }
    const std::int64_t width = footprint_.along(0);
    cracks_.below(y, below_.restart());
    below_.grow_to(width);
    cracks_.beside(y, beside_.restart());
    if (width == 0) std::fill(beside_.restart(), beside_.restart() + n_, std::uint64_t{0});
    beside_.grow_to(width - 1);
    kernels_.join(below_.words(), beside_.words(), n_, words);
  }

  // `words` say which pixels reach another label.
  void write(std::int64_t y, std::uint64_t* words) {
    cracks_.labelled(y, labelled_.data());
    const bool near_edge = y < across_ || y >= labels_.height - across_;
    const std::uint64_t all = rule_.from_edge && near_edge ? ~std::uint64_t{0} : 0;
    const std::uint64_t sides = rule_.from_edge ? ~std::uint64_t{0} : 0;
    const std::uint64_t inner = rule_.side == BandSide::outer ? 0 : ~std::uint64_t{0};
    const std::uint64_t outer = rule_.side == BandSide::inner ? 0 : ~std::uint64_t{0};
    for (std::int64_t k = 0; k < n_; k++) {
      const std::uint64_t reached = words[k] | ((edge_[k] & sides) | all);
      words[k] = (reached & labelled_[k] & inner) | (words[k] & ~labelled_[k] & outer);
    }
    words[n_ - 1] &= kernels::tail_mask(labels_.width);
    sink_.write(y, words);
  }

  LabelRows labels_;
  BandRule rule_;
  Footprint footprint_;
  std::int64_t across_, n_;
  Cracks cracks_;
  GrowingLine beside_, below_;
  Buffer<std::uint64_t> labelled_, edge_;
  LineSink& sink_;
  const kernels::GrowthKernels& kernels_ = growth_kernels();
};

}  // namespace

void label_band(const LabelRows& labels, const BandRule& rule, std::int64_t begin, std::int64_t end,
                LineSink& sink) {
  Band(labels, rule, sink).run(begin, end);
}

double label_band_cost(const LabelRows& labels, const Reach& reach) {
  const double steps = reach.shape == Shape::square ? 4 : 2 + std::min(reach.y, 1e4);
  return double(labels.width) * (0.1 * double(labels.bytes) + steps / 32);
}

}  // namespace me
