// Any bytes as a small image, a seed and a tolerance: the fill is what a search pixel by pixel
// finds, at every CPU level, for both modes, and by the GPU kernels for the fixed one. The map of
// tolerances says where that tolerance reaches.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/dispatch.h"
#include "engines.h"
#include "ops/flood/flood.h"
#include "tolerances.h"

namespace {

struct Picture {
  std::int64_t height, width, channels;
  std::vector<std::uint8_t> all;

  int at(std::int64_t pixel, std::int64_t channel) const {
    return all[static_cast<std::size_t>(pixel * channels + channel)];
  }
};

// The values in this type, with a gap between pixels.
me::ImageView placed(const Picture& picture, me::Element element, std::int64_t gap,
                     std::vector<std::uint64_t>& memory) {
  const std::int64_t bytes = me::element_bytes(element);
  const std::int64_t apart = picture.channels + gap;
  memory.resize(static_cast<std::size_t>(picture.width * picture.height * apart * bytes / 8 + 1));
  char* const values = reinterpret_cast<char*>(memory.data());
  for (std::size_t i = 0; i < picture.all.size(); i++) {
    const std::uint64_t value = picture.all[i];
    const auto k = static_cast<std::int64_t>(i);
    const std::int64_t at = k / picture.channels * apart + k % picture.channels;
    std::memcpy(values + at * bytes, &value, static_cast<std::size_t>(bytes));
  }
  me::ImageView image;
  image.data = values;
  image.element = element;
  image.channels = picture.channels;
  image.size = {picture.height, picture.width};
  image.row_stride = picture.width * apart * bytes;
  image.column_stride = apart * bytes;
  image.channel_stride = bytes;
  return image;
}

std::vector<bool> search(const Picture& picture, const me::cpu::FloodRequest& request) {
  std::vector<bool> reached(static_cast<std::size_t>(picture.height * picture.width));
  const std::int64_t seed = request.seeds[1] * picture.width + request.seeds[0];
  std::vector<std::int64_t> waiting{seed};
  reached[static_cast<std::size_t>(seed)] = true;
  while (!waiting.empty()) {
    const std::int64_t from = waiting.back();
    waiting.pop_back();
    for (int step = 0; step < 9; step++) {
      const int dy = step / 3 - 1;
      const int dx = step % 3 - 1;
      if (dx != 0 && dy != 0 && !request.limits.diagonal) continue;
      const std::int64_t y = from / picture.width + dy;
      const std::int64_t x = from % picture.width + dx;
      if (y < 0 || y >= picture.height || x < 0 || x >= picture.width) continue;
      const std::int64_t to = y * picture.width + x;
      if (reached[static_cast<std::size_t>(to)]) continue;
      const std::int64_t base = request.mode == me::cpu::FloodMode::fixed ? seed : from;
      bool near = true;
      for (std::int64_t c = 0; c < picture.channels; c++) {
        const int way = picture.at(to, c) - picture.at(base, c);
        near = near && way <= static_cast<int>(request.tolerance.whole_above[c]) &&
               -way <= static_cast<int>(request.tolerance.whole_below[c]);
      }
      if (!near) continue;
      reached[static_cast<std::size_t>(to)] = true;
      waiting.push_back(to);
    }
  }
  return reached;
}

void check_device(const me::cpu::FloodRequest& request, const me::Runs& masks, std::int64_t area,
                  std::uint8_t seed) {
  fuzz::Input order(&seed, 1);
  me::cuda::FloodQuestion ask;
  ask.image = request.image;
  ask.seeds = request.seeds;
  ask.n_seeds = request.n_seeds;
  ask.tolerance = request.tolerance;
  ask.one_way = ask.tolerance.whole_below[0] != ask.tolerance.whole_above[0];
  ask.box = request.limits.box;
  const me::cuda::DeviceFlooded found = me::cuda::flood(
      fuzz::queue_of(order), ask, request.mode, request.limits.diagonal, INT64_MAX, nullptr, 0);
  EXPECT(found.sums.area == area && fuzz::same(found.masks, masks));
}

// Where both tolerances are one, a pixel is filled when its least tolerance is not above that.
void check_map(const me::cpu::FloodRequest& request, const std::vector<bool>& reached) {
  const std::uint64_t tolerance = request.tolerance.whole_below[0];
  if (tolerance != request.tolerance.whole_above[0]) return;
  me::cpu::ToleranceRequest ask;
  ask.image = request.image;
  ask.seed_x = request.seeds[0];
  ask.seed_y = request.seeds[1];
  ask.window = request.limits.box;
  ask.floating = request.mode == me::cpu::FloodMode::floating;
  ask.diagonal = request.limits.diagonal;
  const std::vector<double> least = fuzz::tolerances(ask);
  for (std::size_t k = 0; k < least.size(); k++) {
    EXPECT((least[k] <= static_cast<double>(tolerance)) == reached[k]);
  }
}

}  // namespace

// Bytes: width, channels and flags, seed, two tolerances, then pixels, repeated.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 8) return 0;
  Picture picture{};
  const bool wide = data[0] >= 192;  // over several tiles
  picture.width = 1 + (wide ? std::int64_t{data[0]} * 5 : data[0] % 32);
  picture.height = 1 + data[1] % (wide ? 10 : data[0] < 64 ? 150 : 32);
  picture.channels = 1 + data[2] % 4;
  picture.all.resize(static_cast<std::size_t>(picture.width * picture.height * picture.channels));
  for (std::size_t i = 0; i < picture.all.size(); i++) picture.all[i] = data[7 + i % (size - 7)];
  constexpr me::Element elements[] = {me::Element::u8,  me::Element::u8,  me::Element::u8,
                                      me::Element::u16, me::Element::i16, me::Element::u32,
                                      me::Element::i32, me::Element::u64};
  std::vector<std::uint64_t> memory;
  me::cpu::FloodRequest request;
  request.image = placed(picture, elements[data[2] / 32], data[3] >= 160 ? 1 : 0, memory);
  const std::int64_t seed[2] = {data[3] * 5 % picture.width, data[4] % picture.height};
  request.seeds = seed;
  request.n_seeds = 1;
  request.limits.box = {0, 0, picture.width, picture.height};
  request.limits.diagonal = (data[2] & 8) != 0;
  if ((data[2] & 16) != 0) request.mode = me::cpu::FloodMode::floating;
  for (int c = 0; c < 4; c++) {
    request.tolerance.whole_below[c] = data[5];
    request.tolerance.whole_above[c] = data[data[2] >= 128 ? 5 : 6];
  }
  const std::vector<bool> wanted = search(picture, request);
  check_map(request, wanted);
  me::Runs masks;
  const std::int64_t area = std::count(wanted.begin(), wanted.end(), true);
  for (const me::Level level : fuzz::levels()) {
    me::force_level(me::level_name(level));
    me::Buffer<me::RowSpan> spans;
    EXPECT(me::cpu::flood_spans(request, spans));
    std::int64_t filled = 0;
    for (const me::RowSpan& span : spans) {
      EXPECT(span.begin >= 0 && span.begin < span.end && span.end <= picture.width);
      for (std::int64_t x = span.begin; x < span.end; x++) {
        EXPECT(wanted[static_cast<std::size_t>(span.y * picture.width + x)]);
      }
      filled += span.end - span.begin;
    }
    EXPECT(filled == area);
    const me::cpu::Flooded flooded = me::cpu::flood(request, nullptr, 0);
    EXPECT(flooded.area == area && me::validate(flooded.masks.view()[0]).empty());
    masks = flooded.masks;
  }
  if (picture.width * picture.height <= 1024) check_device(request, masks, area, data[2]);
  return 0;
}
