#include "ops/flood/flood.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "base/values.h"

namespace me::cpu {
namespace {

constexpr std::int64_t most_words = BitTile::words;

// Pixels within bounds, and not behind a barrier.
class MatchingPixels : public OpenPixels {
 public:
  explicit MatchingPixels(const FloodRequest& request)
      : request_(request),
        reader_(request.image),
        range_(pixel_kernels().range[pixel_kind(request.image.element)]),
        barriers_(request.barrier_values.size()) {
    for (std::size_t i = 0; i < barriers_.size(); i++) {
      const ValueRange& values = request.barrier_values[i];
      bound_between(request.image.element, values.low, values.high, barriers_[i]);
    }
  }

  // Compares with the values of a seed from now on. False when nothing matches it.
  bool match(const char* pixel) {
    return bound_pixel(request_.image, pixel, request_.tolerance, bounds_);
  }
  void match_any() { bound_any(request_.image, bounds_); }

  void read(std::int64_t y, std::int64_t x, std::int64_t n, std::uint64_t* words) override {
    reader_.prefetch(y + (y < last_y_ ? -ahead : ahead), x, n);
    last_y_ = y;
    const char* pixels = reader_.read(y, x, n);
    range_(pixels, n, bounds_, words);
    if (barriers_.empty() && !request_.barrier && !request_.region) return;
    const std::int64_t n_words = (n + 63) / 64;
    std::uint64_t bits[most_words];
    const auto block = [&](std::uint64_t flip) {
      for (std::int64_t k = 0; k < n_words; k++) words[k] &= bits[k] ^ flip;
    };
    for (const kernels::PixelBounds& values : barriers_) {
      range_(pixels, n, values, bits);
      block(~std::uint64_t{0});
    }
    if (request_.barrier) {
      request_.barrier->read(y, x, n, bits);
      block(~std::uint64_t{0});
    }
    if (request_.region) {
      request_.region->read(y, x, n, bits);
      block(0);
    }
  }

 private:
  // Rows follow one another, far apart in memory.
  static constexpr std::int64_t ahead = 4;

  const FloodRequest& request_;
  std::int64_t last_y_ = 0;
  PixelReader reader_;
  kernels::RangeKernel range_;
  kernels::PixelBounds bounds_;
  std::vector<kernels::PixelBounds> barriers_;
};

class SmallSteps : public OpenSteps {
 public:
  explicit SmallSteps(const FloodRequest& request)
      : reader_(request.image), step_(pixel_kernels().step[pixel_kind(request.image.element)]) {
    bound_steps(request.image, request.tolerance, bounds_);
  }

  std::uint64_t read(std::int64_t y, std::int64_t x, std::int64_t n, int dx, int dy) override {
    const char* from = reader_.read(y, x, n, 0);
    const char* to = reader_.read(y + dy, x + dx, n, 1);
    std::uint64_t word;
    step_(from, to, n, bounds_, &word);
    return word;
  }

 private:
  PixelReader reader_;
  kernels::StepKernel step_;
  kernels::PixelBounds bounds_;
};

// Fills from the seeds of each value in turn: they are compared with different bounds.
bool fill_fixed(const FloodRequest& request, FloodFill& fill) {
  PixelReader reader(request.image);
  const auto bytes =
      static_cast<std::size_t>(element_bytes(request.image.element) * request.image.channels);
  std::map<std::string, std::vector<std::int64_t>> seeds;
  for (std::int64_t i = 0; i < request.n_seeds; i++) {
    const std::int64_t x = request.seeds[2 * i];
    const std::int64_t y = request.seeds[2 * i + 1];
    auto& same = seeds[std::string(reader.read(y, x, 1), bytes)];
    same.push_back(x);
    same.push_back(y);
  }
  MatchingPixels open(request);
  for (const auto& [pixel, places] : seeds) {
    if (!open.match(pixel.data())) continue;
    const auto n = static_cast<std::int64_t>(places.size()) / 2;
    if (!fill.fill(places.data(), n, open, nullptr)) return false;
  }
  return true;
}

bool fill_floating(const FloodRequest& request, FloodFill& fill) {
  MatchingPixels open(request);
  open.match_any();
  SmallSteps steps(request);
  return fill.fill(request.seeds, request.n_seeds, open, &steps);
}

bool run(const FloodRequest& request, FloodFill& fill) {
  return request.mode == FloodMode::fixed ? fill_fixed(request, fill)
                                          : fill_floating(request, fill);
}

void paint(const Buffer<RowSpan>& spans, const MutableMaskView& out, std::uint64_t value) {
  const std::int64_t bytes = element_bytes(out.element);
  for (const RowSpan& span : spans) {
    char* to = out.data + span.y * out.row_stride + span.begin * out.column_stride;
    if (out.column_stride == bytes) {
      set_values(to, span.end - span.begin, bytes, value);
    } else {
      for (std::int64_t x = span.begin; x < span.end; x++, to += out.column_stride) {
        set_values(to, 1, bytes, value);
      }
    }
  }
}

}  // namespace

Flooded flood(const FloodRequest& request, const MutableMaskView* out, std::uint64_t value) {
  FloodFill fill(request.limits);
  Flooded flooded;
  flooded.complete = run(request, fill);
  const BitTiles nothing;
  const BitTiles& tiles = flooded.complete ? fill.tiles() : nothing;
  tiles.append_runs(request.image.size, flooded.masks.counts);
  flooded.masks.end_item(request.image.size);
  flooded.box = tiles.box();
  flooded.area = flooded.complete ? fill.area() : 0;
  if (out != nullptr && flooded.complete) {
    Buffer<RowSpan> spans;
    tiles.append_spans(spans);
    paint(spans, *out, value);
  }
  return flooded;
}

bool flood_spans(const FloodRequest& request, Buffer<RowSpan>& spans) {
  FloodFill fill(request.limits);
  if (!run(request, fill)) return false;
  fill.tiles().append_spans(spans);
  return true;
}

}  // namespace me::cpu
