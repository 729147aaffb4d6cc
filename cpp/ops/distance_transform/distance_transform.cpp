// Each pixel learns how far background is above it, then below it, in its column; with the nearer
// of the two each row is solved by itself.
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

void small_roots_scalar(const std::int32_t* values, std::int64_t n, float* out) {
  for (std::int64_t k = 0; k < n; k++) out[k] = std::sqrt(static_cast<float>(values[k]));
}

void large_roots_scalar(const std::int32_t* values, std::int64_t n, float* out) {
  for (std::int64_t k = 0; k < n; k++) {
    out[k] = static_cast<float>(std::sqrt(static_cast<double>(values[k])));
  }
}

}  // namespace me::kernels

namespace me::cpu {
namespace {

// Distances within columns, of a block of rows at a time, so that they stay in the cache: what
// comes from above is kept at the start of each block.
template <class Height>
class Columns {
 public:
  static constexpr std::int64_t block_rows = 16;

  Columns(LineSource& source, std::int64_t height, std::int64_t width)
      : height_(height),
        width_(width),
        blocks_((height + block_rows - 1) / block_rows),
        plane_(height, width),
        above_((blocks_ + 1) * width) {
    Rows rows(width);
    std::fill(above(0), above(1), nowhere<Height>);
    for (std::int64_t y = 0; y < height; y++) {
      source.read(y, plane_.row(y));
      const std::int64_t block = y / block_rows;
      const bool is_first = y % block_rows == 0;
      if (is_first) std::copy(above(block), above(block + 1), above(block + 1));
      step(rows.pixels(plane_.row(y)), above(block + 1), above(block + 1));
    }
  }

  std::int64_t blocks() const { return blocks_; }

  // Finds for each block what comes from below. Needed when they are not visited from the last on.
  void look_up() {
    below_.resize((blocks_ + 1) * width_);
    Rows rows(width_);
    std::fill(below(blocks_), below(blocks_ + 1), nowhere<Height>);
    for (std::int64_t block = blocks_ - 1; block >= 0; block--) {
      std::copy(below(block + 1), below(block + 2), below(block));
      for (std::int64_t y = end_of(block) - 1; y >= block * block_rows; y--) {
        step(rows.pixels(plane_.row(y)), below(block), below(block));
      }
    }
  }

  // Calls solve(y, distances) for the rows of blocks [begin, end), from the last on.
  template <class Solve>
  void visit(std::int64_t begin, std::int64_t end, Solve solve) {
    Rows rows(width_);
    Buffer<Height> down(block_rows * width_);
    Buffer<Height> up(width_);
    if (end == blocks_) {
      std::fill(up.begin(), up.end(), nowhere<Height>);
    } else {
      std::copy(below(end), below(end + 1), up.data());
    }
    for (std::int64_t block = end - 1; block >= begin; block--) {
      const std::int64_t first = block * block_rows;
      for (std::int64_t y = first; y < end_of(block); y++) {
        Height* to = down.data() + (y - first) * width_;
        step(rows.pixels(plane_.row(y)), y > first ? to - width_ : above(block), to);
      }
      for (std::int64_t y = end_of(block) - 1; y >= first; y--) {
        Height* to = down.data() + (y - first) * width_;
        step(rows.pixels(plane_.row(y)), up.data(), up.data());
        for (std::int64_t x = 0; x < width_; x++) to[x] = std::min(to[x], up[x]);
        solve(y, to);
      }
    }
  }

 private:
  // A row as bytes.
  class Rows {
   public:
    explicit Rows(std::int64_t width) : bytes_(width) {}
    const std::uint8_t* pixels(const std::uint64_t* words) {
      unpack_(words, bytes_.size(), 1, bytes_.data());
      return bytes_.data();
    }

   private:
    Buffer<std::uint8_t> bytes_;
    Unpack unpack_ = unpack_of(1);
  };

  void step(const std::uint8_t* pixels, const Height* from, Height* to) const {
    poll(static_cast<double>(width_));
    for (std::int64_t x = 0; x < width_; x++) {
      const auto next = static_cast<Height>(from[x] + (from[x] != nowhere<Height> ? 1 : 0));
      to[x] = pixels[x] != 0 ? next : Height{0};
    }
  }

  std::int64_t end_of(std::int64_t block) const {
    return std::min((block + 1) * block_rows, height_);
  }
  Height* above(std::int64_t block) { return above_.data() + block * width_; }
  Height* below(std::int64_t block) { return below_.data() + block * width_; }

  std::int64_t height_, width_, blocks_;
  BitPlane plane_;
  Buffer<Height> above_, below_;
};

// Writes rows of solved values as distances, floats or doubles.
template <class Metric>
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
        is_float_(out.element == Element::f32),
        row_(out.width) {}

  void write(std::int64_t y, const Value* values, Value far) {
    char* to = data_ + y * row_stride_;
    if (is_float_) {
      write_as<float>(to, values, far);
    } else {
      write_as<double>(to, values, far);
    }
  }

 private:
  template <class Out>
  void write_as(char* to, const Value* values, Value far) {
    const bool direct = !subtracts_ && column_stride_ == sizeof(Out);
    Out* row = reinterpret_cast<Out*>(direct ? to : reinterpret_cast<char*>(row_.data()));
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

  // The usual case by vectors: squares that are whole numbers, none of them infinite.
  template <class Out>
  bool all_roots(const Value* values, Out* row) const {
    if constexpr (std::is_same<Value, std::int32_t>::value && std::is_same<Out, float>::value) {
      std::int32_t any = 0;
      std::int32_t infinite = 0;
      for (std::int64_t x = 0; x < n_; x++) {
        any |= values[x];
        infinite |= values[x] == std::numeric_limits<Value>::max() ? 1 : 0;
      }
      if (infinite != 0 || scale_ != 1) return false;
      const auto small =
          select(&kernels::small_roots_scalar, ME_X86(&kernels::small_roots_avx2), nullptr);
      const auto large =
          select(&kernels::large_roots_scalar, ME_X86(&kernels::large_roots_avx2), nullptr);
      (any < 1 << 24 ? small : large)(values, n_, row);
      return true;
    }
    (void)values;
    (void)row;
    return false;
  }

  char* data_;
  std::int64_t row_stride_, column_stride_, n_;
  double scale_;
  bool subtracts_, is_float_;
  Buffer<double> row_;  // room for either
};

struct Image {
  const MaskView& masks;
  const MutableMaskView& out;
  std::int64_t item;
  double scale;
  bool inverted;  // distances of the background, taken below zero
};

template <class Height, class Metric>
void transform(const Image& image, const Metric& metric, const Exec& exec) {
  using Value = typename Metric::Value;
  constexpr Value far = std::numeric_limits<Value>::max();
  const std::int64_t width = image.masks.width;
  ArrayLines lines(image.masks, image.item, false);
  InvertedLines others(lines, width);
  LineSource& source = image.inverted ? static_cast<LineSource&>(others) : lines;
  Columns<Height> columns(source, image.masks.height, width);
  const double block_ns = 5.0 * double(width) * double(Columns<Height>::block_rows);
  const std::int64_t chunks = chunk_count(exec, columns.blocks(), block_ns);
  if (chunks > 1) columns.look_up();
  for_chunks(exec, columns.blocks(), chunks,
             [&](std::int64_t, std::int64_t begin, std::int64_t end) {
               Nearest<Metric> nearest(metric, width);
               RowWriter<Metric> writer(image.out, image.item, image.scale, image.inverted);
               Buffer<Value> values(width);
               columns.visit(begin, end, [&](std::int64_t y, const Height* heights) {
                 nearest.row(heights, width, far, values.data());
                 writer.write(y, values.data(), far);
               });
             });
}

template <class Height>
void choose_metric(const Image& image, const DistanceRule& rule, const Exec& exec) {
  if (rule.metric == DistanceMetric::chebyshev) {
    return transform<Height>(image, Chebyshev{}, exec);
  }
  if (rule.metric == DistanceMetric::cityblock) {
    return transform<Height>(image, Cityblock{}, exec);
  }
  if (rule.x != rule.y) {
    return transform<Height>(image, ScaledEuclidean{rule.y, rule.x * rule.x}, exec);
  }
  if constexpr (sizeof(Height) == 2) {  // no higher image is small
    if (std::max(image.masks.height, image.masks.width) < 32768) {
      return transform<Height>(image, SquaredEuclidean<std::int32_t>{}, exec);
    }
  }
  transform<Height>(image, SquaredEuclidean<std::int64_t>{}, exec);
}

void transform_item(const Image& image, const DistanceRule& rule, const Exec& exec) {
  if (image.masks.height < 65535) return choose_metric<std::uint16_t>(image, rule, exec);
  choose_metric<std::uint32_t>(image, rule, exec);
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
