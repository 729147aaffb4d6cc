// The nearest pixel in a column is the nearest that it has to offer, whatever else lies in it: so
// rows are looked at along columns first, and then a pixel compares the columns beside it, from the
// nearest on, until the next is farther than what was found.
#include "runs/label_growth.h"

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/values.h"

namespace me {
namespace {

template <class T>
class Growth {
 public:
  Growth(const LabelRows& labels, Element element, const Reach& reach)
      : labels_(labels),
        element_(element),
        footprint_(footprint_of_rows(reach, labels.height, labels.width)),
        across_(footprint_.across()),
        along_(std::min(footprint_.along(0), labels.width)),
        width_(labels.width),
        heights_(along_ + 1),
        left_(width_),
        distances_(width_),
        nearest_(width_) {
    std::int64_t d = across_;
    for (std::int64_t dx = 0; dx <= along_; dx++) {
      while (footprint_.along(d) < dx) d--;
      heights_[dx] = static_cast<std::uint32_t>(d);
    }
  }

  void run(std::int64_t begin, std::int64_t end, const MutableMaskView& out) {
    look_up(begin, end);
    Buffer<std::uint32_t> above(width_);
    Buffer<T> labels_above(width_);
    restart(above, labels_above);
    for (std::int64_t y = std::max<std::int64_t>(begin - across_, 0); y < end; y++) {
      poll(2.0 * static_cast<double>(width_));
      step(y, above.data(), labels_above.data());
      if (y < begin) continue;
      const std::int64_t k = (y - begin) * width_;
      join(above.data(), labels_above.data(), below_.data() + k, labels_below_.data() + k);
      grow(y, reinterpret_cast<T*>(out.data + y * out.row_stride));
    }
  }

 private:
  static constexpr std::uint32_t far = 0x7FFFFFFF;  // no label in reach

  const T* row(std::int64_t y) const { return reinterpret_cast<const T*>(labels_.row(y)); }

  void restart(Buffer<std::uint32_t>& distances, Buffer<T>& labels) const {
    std::fill(distances.begin(), distances.begin() + width_, far);
    std::fill(labels.begin(), labels.begin() + width_, T{0});
  }

  // Takes row y, one step on from the row before.
  void step(std::int64_t y, std::uint32_t* distances, T* labels) const {
    const T* here = row(y);
    for (std::int64_t x = 0; x < width_; x++) {
      const std::uint32_t next = distances[x] == far ? far : distances[x] + 1;
      distances[x] = here[x] != 0 ? 0 : next;
      labels[x] = here[x] != 0 ? here[x] : labels[x];
    }
  }

  // The nearest labels below each row, itself among them.
  void look_up(std::int64_t begin, std::int64_t end) {
    below_.resize((end - begin) * width_);
    labels_below_.resize((end - begin) * width_);
    Buffer<std::uint32_t> distances(width_);
    Buffer<T> labels(width_);
    restart(distances, labels);
    const std::int64_t stop = std::min(end + across_, labels_.height);
    for (std::int64_t y = stop - 1; y >= begin; y--) {
      poll(2.0 * static_cast<double>(width_));
      step(y, distances.data(), labels.data());
      if (y >= end) continue;
      const std::int64_t k = (y - begin) * width_;
      std::copy_n(distances.data(), width_, below_.data() + k);
      std::copy_n(labels.data(), width_, labels_below_.data() + k);
    }
  }

  bool is_before(T a, T b) const {
    return sort_key(std::uint64_t{a}, element_) < sort_key(std::uint64_t{b}, element_);
  }

  // Of each column, the nearer of what lies above and below.
  void join(const std::uint32_t* above, const T* labels_above, const std::uint32_t* below,
            const T* labels_below) {
    const auto most = static_cast<std::uint32_t>(across_);
    for (std::int64_t x = 0; x < width_; x++) {
      const bool is_below = below[x] < above[x] ||
                            (below[x] == above[x] && is_before(labels_below[x], labels_above[x]));
      distances_[x] = is_below ? below[x] : above[x];
      nearest_[x] = is_below ? labels_below[x] : labels_above[x];
      if (distances_[x] > most) distances_[x] = far;
    }
  }

  void grow(std::int64_t y, T* to) {
    const T* here = row(y);
    std::int64_t step = along_ + 1;  // from the last column that offers something
    for (std::int64_t x = 0; x < width_; x++) {
      step = distances_[x] != far ? 0 : step + 1;
      left_[x] = step;
    }
    std::int64_t right = along_ + 1;
    for (std::int64_t x = width_ - 1; x >= 0; x--) {
      right = distances_[x] != far ? 0 : right + 1;
      to[x] = here[x] != 0 ? here[x] : nearest_to(x, std::min(left_[x], right));
    }
  }

  // The label that pixel x takes, when the columns nearer than `first` offer none.
  T nearest_to(std::int64_t x, std::int64_t first) const {
    std::uint64_t best = UINT64_MAX;
    T label = 0;
    const auto consider = [&](std::int64_t column, std::int64_t dx) {
      const std::uint32_t d = distances_[column];
      if (d > heights_[dx]) return;
      const std::uint64_t square = std::uint64_t{d} * d + square_of(dx);
      if (square > best) return;
      if (square < best || is_before(nearest_[column], label)) label = nearest_[column];
      best = square;
    };
    for (std::int64_t dx = first; dx <= along_ && square_of(dx) <= best; dx++) {
      if (x - dx >= 0) consider(x - dx, dx);
      if (x + dx < width_) consider(x + dx, dx);
    }
    return label;
  }

  static std::uint64_t square_of(std::int64_t dx) {
    return static_cast<std::uint64_t>(dx) * static_cast<std::uint64_t>(dx);
  }

  LabelRows labels_;
  Element element_;
  Footprint footprint_;
  std::int64_t across_, along_, width_;
  Buffer<std::uint32_t> heights_;  // of the footprint, by columns from its middle
  Buffer<std::int64_t> left_;
  Buffer<std::uint32_t> below_;  // of the rows that are grown
  Buffer<T> labels_below_;
  Buffer<std::uint32_t> distances_;  // of one row: along each column
  Buffer<T> nearest_;
};

}  // namespace

void grow_labels(const LabelRows& labels, Element element, const Reach& reach, std::int64_t begin,
                 std::int64_t end, const MutableMaskView& out) {
  with_unsigned(labels.bytes, [&](auto zero) {
    Growth<decltype(zero)>(labels, element, reach).run(begin, end, out);
  });
}

std::int64_t growth_rows(const LabelRows& labels, const Reach& reach) {
  const std::int64_t across = footprint_of_rows(reach, labels.height, labels.width).across();
  return std::max<std::int64_t>(64, 2 * across);
}

double label_growth_cost(const LabelRows& labels, const Reach& reach) {
  return double(labels.width) * (2 + 0.2 * std::min(reach.x, 1e4));
}

}  // namespace me
