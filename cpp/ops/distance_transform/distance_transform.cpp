// Down the rows and up again each pixel learns how far background is within its column; then each
// row is solved by itself. On one thread a row is solved as soon as the way up has passed it.
#include "ops/distance_transform/distance_transform.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "base/dispatch.h"
#include "base/parallel.h"
#include "ops/distance_transform/nearest.h"
#include "ops/distance_transform/roots_kernels.h"
#include "runs/bit_lines.h"
#include "runs/line_dilation.h"
#include "runs/morphology.h"

namespace me::kernels {

void roots_scalar(const std::int32_t* values, std::int64_t n, float* out) {
  for (std::int64_t k = 0; k < n; k++) out[k] = std::sqrt(static_cast<float>(values[k]));
}

}  // namespace me::kernels

namespace me::cpu {
namespace {

// Distances within columns.
template <class Height>
struct Heights {
  std::int64_t height, width;
  Buffer<Height> values;

  Heights(std::int64_t h, std::int64_t w) : height(h), width(w), values(h * w) {}
  Height* row(std::int64_t y) { return values.data() + y * width; }

  // `pixels` are 0 at background.
  void down(std::int64_t y, const std::uint8_t* pixels) {
    Height* to = row(y);
    const Height* above = y > 0 ? row(y - 1) : nullptr;
    for (std::int64_t x = 0; x < width; x++) {
      const Height before = above != nullptr ? above[x] : nowhere<Height>;
      const auto next = static_cast<Height>(before + (before != nowhere<Height> ? 1 : 0));
      to[x] = pixels[x] != 0 ? next : Height{0};
    }
  }

  // Columns [begin, end) of row y, which is not the last.
  void up(std::int64_t y, std::int64_t begin, std::int64_t end) {
    Height* to = row(y);
    const Height* below = row(y + 1);
    for (std::int64_t x = begin; x < end; x++) {
      const auto next = static_cast<Height>(below[x] + (below[x] != nowhere<Height> ? 1 : 0));
      to[x] = std::min(to[x], next);
    }
  }
};

// Writes rows of solved values as distances.
template <class Metric, class Out>
class RowWriter {
 public:
  using Value = typename Metric::Value;
  static constexpr bool is_squared =
      !std::is_same<Metric, Chebyshev>::value && !std::is_same<Metric, Cityblock>::value;

  RowWriter(const MutableMaskView& out, std::int64_t item, double scale, bool subtracts)
      : data_(out.data + item * out.item_stride),
        row_stride_(out.row_stride),
        column_stride_(out.column_stride),
        n_(out.width),
        scale_(scale),
        subtracts_(subtracts),
        row_(out.width) {}

  void write(std::int64_t y, const Value* values, Value far) {
    char* to = data_ + y * row_stride_;
    const bool direct = !subtracts_ && column_stride_ == sizeof(Out);
    Out* row = direct ? reinterpret_cast<Out*>(to) : row_.data();
    if (!all_roots(values, row)) {
      for (std::int64_t x = 0; x < n_; x++) {
        const double value = is_squared ? std::sqrt(double(values[x])) : double(values[x]);
        row[x] = values[x] == far ? std::numeric_limits<Out>::infinity() : Out(scale_ * value);
      }
    }
    if (direct) return;
    for (std::int64_t x = 0; x < n_; x++) {
      Out& pixel = *reinterpret_cast<Out*>(to + x * column_stride_);
      if (!subtracts_) {
        pixel = row[x];
      } else if (values[x] != 0) {
        pixel = -row[x];
      }
    }
  }

 private:
  // The usual case by vectors: small squares of whole numbers.
  bool all_roots(const Value* values, Out* row) const {
    if constexpr (std::is_same<Value, std::int32_t>::value && std::is_same<Out, float>::value) {
      std::uint32_t any = 0;
      for (std::int64_t x = 0; x < n_; x++) any |= static_cast<std::uint32_t>(values[x]);
      if (any >= 1u << 24 || scale_ != 1) return false;
      select(&kernels::roots_scalar, ME_X86(&kernels::roots_avx2), nullptr)(values, n_, row);
      return true;
    }
    (void)values;
    (void)row;
    return false;
  }

  char* data_;
  std::int64_t row_stride_, column_stride_, n_;
  double scale_;
  bool subtracts_;
  Buffer<Out> row_;
};

struct Image {
  const MaskView& masks;
  const MutableMaskView& out;
  std::int64_t item;
  double scale;
  bool inverted;  // distances of the background, taken below zero
};

// The rows of the mask as bytes, 0 where distances are 0.
template <class Height>
void go_down(const Image& image, Heights<Height>& heights) {
  ArrayLines lines(image.masks, image.item, false);
  InvertedLines others(lines, heights.width);
  LineSource& source = image.inverted ? static_cast<LineSource&>(others) : lines;
  Buffer<std::uint64_t> words(words_for(heights.width));
  Buffer<std::uint8_t> pixels(heights.width);
  const Unpack unpack = unpack_of(1);
  for (std::int64_t y = 0; y < heights.height; y++) {
    source.read(y, words.data());
    unpack(words.data(), heights.width, 1, pixels.data());
    heights.down(y, pixels.data());
  }
}

template <class Height, class Out, class Metric>
void transform(const Image& image, const Metric& metric, const Exec& exec) {
  using Value = typename Metric::Value;
  constexpr Value far = std::numeric_limits<Value>::max();
  const std::int64_t height = image.masks.height;
  const std::int64_t width = image.masks.width;
  Heights<Height> heights(height, width);
  go_down(image, heights);
  const double pixel_ns = 5;
  const std::int64_t chunks = chunk_count(exec, height, pixel_ns * double(width));
  if (chunks > 1) {
    for_ranges(exec, width, 0.2 * double(height), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t y = height - 2; y >= 0; y--) heights.up(y, begin, end);
    });
  }
  for_chunks(exec, height, chunks, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    Nearest<Metric> nearest(metric, width);
    RowWriter<Metric, Out> writer(image.out, image.item, image.scale, image.inverted);
    Buffer<Value> values(width);
    for (std::int64_t y = end - 1; y >= begin; y--) {
      if (chunks <= 1 && y + 1 < height) heights.up(y, 0, width);
      nearest.row(heights.row(y), width, far, values.data());
      writer.write(y, values.data(), far);
    }
  });
}

template <class Height, class Out>
void choose_metric(const Image& image, const DistanceRule& rule, const Exec& exec) {
  if (rule.metric == DistanceMetric::chebyshev) {
    return transform<Height, Out>(image, Chebyshev{}, exec);
  }
  if (rule.metric == DistanceMetric::cityblock) {
    return transform<Height, Out>(image, Cityblock{}, exec);
  }
  if (rule.x != rule.y) {
    return transform<Height, Out>(image, ScaledEuclidean{rule.y, rule.x * rule.x}, exec);
  }
  if (std::max(image.masks.height, image.masks.width) < 32768) {
    return transform<Height, Out>(image, SquaredEuclidean<std::int32_t>{}, exec);
  }
  transform<Height, Out>(image, SquaredEuclidean<std::int64_t>{}, exec);
}

void transform_item(const Image& image, const DistanceRule& rule, const Exec& exec) {
  const bool is_short = image.masks.height < 65535;
  const bool is_float = image.out.element == Element::f32;
  if (is_short && is_float) return choose_metric<std::uint16_t, float>(image, rule, exec);
  if (is_short) return choose_metric<std::uint16_t, double>(image, rule, exec);
  if (is_float) return choose_metric<std::uint32_t, float>(image, rule, exec);
  choose_metric<std::uint32_t, double>(image, rule, exec);
}

template <class View>
View mirrored(View view) {
  std::swap(view.height, view.width);
  std::swap(view.row_stride, view.column_stride);
  return view;
}

}  // namespace

void distance_transform(const MaskView& masks, const MutableMaskView& out, const DistanceRule& rule,
                        const Exec& exec) {
  if (masks.height == 0 || masks.width == 0) return;
  if (LineLayout(masks).columns) {
    DistanceRule turned = rule;
    std::swap(turned.y, turned.x);
    MaskView rows = mirrored(masks);
    // One column: its mirror image has the same strides, and must not be turned again.
    if (!LineLayout(rows).columns) return distance_transform(rows, mirrored(out), turned, exec);
  }
  require_bits({masks.height, masks.width}, "masks");
  const double scale = rule.x == rule.y ? rule.x : 1;
  const double cost = 10 * double(masks.height) * double(masks.width);
  const Exec inner = masks.n == 1 ? exec : Exec{};
  for_ranges(masks.n == 1 ? Exec{} : exec, masks.n, cost,
             [&](std::int64_t begin, std::int64_t end) {
               for (std::int64_t i = begin; i < end; i++) {
                 transform_item({masks, out, i, scale, false}, rule, inner);
                 if (rule.is_signed) transform_item({masks, out, i, scale, true}, rule, inner);
               }
             });
}

}  // namespace me::cpu
