#include "ops/canvas/smart.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/error.h"
#include "base/values.h"
#include "geometry/capsule_spans.h"

namespace me::cpu {
namespace {

constexpr std::int64_t pixels_at_once = 512;  // pixels read at a time

// Pixels of swept spans, in order, that are within bounds.
class SweptPixels : public OpenPixels {
 public:
  SweptPixels(const Buffer<LineSpan>& swept, const ColourRange& range,
              const kernels::PixelBounds& bounds)
      : swept_(swept),
        range_(range),
        reader_(range.image),
        kernel_(pixel_kernels().range[pixel_kind(range.image.element)]),
        bounds_(bounds) {}

  void read(std::int64_t y, std::int64_t x, std::int64_t n, std::uint64_t* words) override {
    std::fill_n(words, (n + 63) / 64, std::uint64_t{0});
    const LineSpan* span =
        std::lower_bound(swept_.begin(), swept_.end(), y,
                         [](const LineSpan& a, std::int64_t line) { return a.line < line; });
    for (; span != swept_.end() && span->line == y; span++) {
      const std::int64_t begin = std::max(x, span->begin);
      const std::int64_t end = std::min(x + n, span->end);
      if (begin < end) add(y, begin, end, x, words);
    }
  }

 private:
  void add(std::int64_t y, std::int64_t begin, std::int64_t end, std::int64_t x,
           std::uint64_t* words) {
    std::uint64_t bits[pixels_at_once / 64];
    const char* const pixels = reader_.read(y - range_.top, begin - range_.left, end - begin);
    kernel_(pixels, end - begin, bounds_, bits);
    const std::int64_t n = (end - begin + 63) / 64;
    const std::int64_t word = (begin - x) / 64;
    const int shift = static_cast<int>((begin - x) % 64);
    for (std::int64_t k = 0; k < n; k++) {
      words[word + k] |= bits[k] << shift;
      if (shift > 0 && x + 64 * (word + k + 1) < end)
        words[word + k + 1] |= bits[k] >> (64 - shift);
    }
  }

  const Buffer<LineSpan>& swept_;
  const ColourRange& range_;
  PixelReader reader_;
  kernels::RangeKernel kernel_;
  const kernels::PixelBounds& bounds_;
};

PixelBox box_of(const Buffer<LineSpan>& spans) {
  PixelBox box{INT64_MAX, INT64_MAX, 0, 0};
  for (const LineSpan& span : spans) {
    box.left = std::min(box.left, span.begin);
    box.right = std::max(box.right, span.end);
    box.top = std::min(box.top, span.line);
    box.bottom = std::max(box.bottom, span.line + 1);
  }
  return box;
}

}  // namespace

void SmartBrush::press(const BrushPoint& point) {
  const std::int64_t x = point.u >> grid_bits;
  const std::int64_t y = point.v >> grid_bits;
  if (x < 0 || y < 0 || x >= size_.width || y >= size_.height) {
    throw Error(ErrorKind::argument, "points",
                "expected the first point in the image of " + text_of(size_) + ", got pixel (" +
                    std::to_string(x) + ", " + std::to_string(y) + ")",
                0);
  }
  PixelReader reader(range_.image);
  const auto bytes =
      static_cast<std::size_t>(element_bytes(range_.image.element) * range_.image.channels);
  pressed_.resize(bytes);
  std::memcpy(pressed_.data(), reader.read(y - range_.top, x - range_.left, 1), bytes);
}

const Buffer<RowSpan>* SmartBrush::move(const Sweep& sweep, const BrushPoint* points,
                                        std::int64_t n) {
  give_back();  // what a move took that failed
  if (n == 0) return &fresh_;
  const bool starts = sweep.points().empty();
  if (starts) press(points[0]);
  BrushPoint from = starts ? points[0] : sweep.points()[sweep.points().size() - 1];
  for (std::int64_t i = 0; i < n; i++) {
    if (!take_segment(sweep, from, points[i])) {
      give_back();
      return nullptr;
    }
    from = points[i];
  }
  std::sort(fresh_.begin(), fresh_.end(), [](const RowSpan& a, const RowSpan& b) {
    return a.y != b.y ? a.y < b.y : a.begin < b.begin;
  });
  return &fresh_;
}

void SmartBrush::give_back() {
  for (const RowSpan& span : fresh_) taken_.give_back(span);
  sums_ = kept_sums_;
  fresh_.clear();
}

bool SmartBrush::take_segment(const Sweep& sweep, const BrushPoint& a, const BrushPoint& b) {
  swept_.clear();
  sweep.append_segment(a, b, swept_);
  kernels::PixelBounds range;
  if (swept_.empty() || !bounds(range)) return true;
  line_.clear();
  const BrushPoint from{a.u, a.v, grid_half};
  const BrushPoint to{b.u, b.v, grid_half};
  append_spans(SweptBox(from, to), {size_.height, size_.width}, line_);
  seeds_.clear();
  const PixelBox box = box_of(swept_);
  for (const LineSpan& span : line_) {
    if (span.line < box.top || span.line >= box.bottom) continue;
    for (std::int64_t x = std::max(span.begin, box.left); x < std::min(span.end, box.right); x++) {
      seeds_.push_back(x);
      seeds_.push_back(span.line);
    }
  }
  FillLimits limits;
  limits.box = box;
  limits.max_area = max_area_;
  FloodFill fill(limits);
  SweptPixels open(swept_, range_, range);
  if (!fill.fill(seeds_.data(), seeds_.size() / 2, open, nullptr)) return false;
  spans_.clear();
  fill.tiles().append_spans(spans_);
  const std::int64_t before = fresh_.size();
  for (const RowSpan& span : spans_) taken_.take(span, fresh_);
  add_to_sums(before);
  return sums_.pixels <= max_area_;
}

void SmartBrush::add_to_sums(std::int64_t from) {
  PixelReader reader(range_.image);
  const std::int64_t channels = range_.image.channels;
  for (std::int64_t i = from; i < fresh_.size(); i++) {
    const RowSpan& span = fresh_[i];
    sums_.pixels += span.end - span.begin;
    if (!range_.mean) continue;
    for (std::int64_t x = span.begin; x < span.end; x += pixels_at_once) {
      const std::int64_t n = std::min(pixels_at_once, span.end - x);
      const char* pixels = reader.read(span.y - range_.top, x - range_.left, n);
      with_element(range_.image.element, [&](auto zero) {
        for (std::int64_t k = 0; k < n * channels; k++) {
          std::memcpy(&zero, pixels + k * static_cast<std::int64_t>(sizeof zero), sizeof zero);
          sums_.values[k % channels] += static_cast<double>(zero);
        }
      });
    }
  }
}

// What is compared with; false when nothing can be within the tolerance of it.
bool SmartBrush::bounds(kernels::PixelBounds& bounds) const {
  std::vector<char> pixel = pressed_;
  if (range_.mean && sums_.pixels > 0) {
    with_element(range_.image.element, [&](auto zero) {
      using T = decltype(zero);
      for (std::int64_t c = 0; c < range_.image.channels; c++) {
        const double mean = sums_.values[c] / static_cast<double>(sums_.pixels);
        if constexpr (std::is_floating_point<T>::value) {
          zero = static_cast<T>(mean);
        } else {
          // a mean of very large numbers may be rounded past the last of them
          const double rounded = std::floor(mean + 0.5);
          const T most = std::numeric_limits<T>::max();
          zero = rounded >= static_cast<double>(most) ? most : static_cast<T>(rounded);
        }
        std::memcpy(pixel.data() + static_cast<std::size_t>(c) * sizeof zero, &zero, sizeof zero);
      }
    });
  }
  return bound_pixel(range_.image, pixel.data(), range_.tolerance, bounds);
}

}  // namespace me::cpu
