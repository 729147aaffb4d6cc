// Any bytes as a dense mask of any element type and layout: every CPU level, and the GPU kernels,
// give the runs that a loop over the pixels gives, and decoding them gives the mask back.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/dispatch.h"
#include "engines.h"
#include "ops/area/area.h"
#include "ops/decode/decode.h"
#include "ops/encode/encode.h"
#include "runs/builder.h"

namespace {

bool foreground(const me::MaskView& view, std::int64_t y, std::int64_t x) {
  const char* pixel = view.data + y * view.row_stride + x * view.column_stride;
  const std::int64_t bytes = me::element_bytes(view.element);
  return std::any_of(pixel, pixel + bytes, [](char byte) { return byte != 0; });
}

me::Runs slow_encode(const me::MaskView& view) {
  me::Runs runs;
  me::RunBuilder builder(runs.counts);
  for (std::int64_t x = 0; x < view.width; x++) {
    for (std::int64_t y = 0; y < view.height; y++) builder.append(foreground(view, y, x), 1);
  }
  builder.finish();
  runs.end_item({view.height, view.width});
  return runs;
}

void check_device(const me::MaskView& view, const me::Runs& wanted, std::uint8_t seed) {
  fuzz::Input order(&seed, 1);
  const me::cuda::Queue queue = fuzz::queue_of(order);
  EXPECT(fuzz::same(me::cuda::encode(queue, view, {}), wanted));
  const std::int64_t height = view.height, width = view.width;
  std::vector<char> decoded(static_cast<std::size_t>(height * width) + 1, 7);
  me::cuda::decode(queue, device::view_of(wanted),
                   {decoded.data(), me::Element::u8, 1, height, width, 0, width, 1}, 1);
  for (std::int64_t y = 0; y < height; y++) {
    for (std::int64_t x = 0; x < width; x++) {
      const char pixel = decoded[static_cast<std::size_t>(y * width + x)];
      EXPECT(pixel == (foreground(view, y, x) ? 1 : 0));
    }
  }
  EXPECT(decoded.back() == 7);
}

// The same pixels as a bit each, in bytes of either order.
void check_bits(const me::MaskView& view, const me::Runs& wanted, bool highest_first) {
  const std::int64_t row_bytes = (view.width + 7) / 8;
  std::vector<std::uint8_t> bits(static_cast<std::size_t>(view.height * row_bytes) + 1);
  for (std::int64_t y = 0; y < view.height; y++) {
    for (std::int64_t x = 0; x < view.width; x++) {
      const int place = static_cast<int>(highest_first ? 7 - x % 8 : x % 8);
      if (foreground(view, y, x))
        bits[static_cast<std::size_t>(y * row_bytes + x / 8)] |= 1 << place;
    }
  }
  const me::cpu::BitsView packed{
      bits.data(), 1, view.height, view.width, view.height * row_bytes, row_bytes, highest_first};
  const me::Runs ours = me::cpu::encode_bits(packed, me::Exec{1});
  EXPECT(std::equal(ours.counts.begin(), ours.counts.end(), wanted.counts.begin(),
                    wanted.counts.end()));
}

// The pixels that come back from the other form of the runs, in both orders, and their number.
void check_packed(const me::MaskView& view, const me::Runs& runs) {
  const std::int64_t height = view.height, width = view.width;
  const me::PackedMasks packed = me::pack(runs.view(), me::Exec{1});
  std::int64_t found = 0;
  me::cpu::area(packed.view(), &found, me::Exec{1});
  for (const bool rows : {false, true}) {
    std::vector<std::int16_t> decoded(static_cast<std::size_t>(height * width) + 1, 7);
    const std::int64_t step_y = rows ? width : 1, step_x = rows ? 1 : height;
    const me::MutableMaskView out{reinterpret_cast<char*>(decoded.data()),
                                  me::Element::i16,
                                  1,
                                  height,
                                  width,
                                  0,
                                  2 * step_y,
                                  2 * step_x};
    if (!me::cpu::decode(packed.view(), out, 1, me::Exec{1})) continue;
    std::int64_t area = 0;
    for (std::int64_t y = 0; y < height; y++) {
      for (std::int64_t x = 0; x < width; x++) {
        const int pixel = decoded[static_cast<std::size_t>(y * step_y + x * step_x)];
        EXPECT(pixel == (foreground(view, y, x) ? 1 : 0));
        area += pixel;
      }
    }
    EXPECT(area == found && decoded.back() == 7);
  }
}

}  // namespace

// Bytes: element type, layout, height, then pixels, repeated to fill the width they suggest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const auto element = static_cast<me::Element>(data[0] % 8);  // the integers
  const std::int64_t bytes = me::element_bytes(element);
  const std::int64_t height = data[2] % 150;
  const std::int64_t width = static_cast<std::int64_t>(size - 3) % 70;
  const std::int64_t gap = (data[1] >> 2) % 3 + 1;  // between neighbours, in elements
  const bool rows = (data[1] & 1) != 0;
  const bool reversed = (data[1] & 2) != 0;
  std::vector<char> pixels(
      static_cast<std::size_t>(std::max<std::int64_t>(1, height * width * bytes * gap)));
  for (std::size_t i = 0; i < pixels.size(); i++) {
    pixels[i] = static_cast<char>(data[3 + i % (size - 3)]);
  }
  me::MaskView view{pixels.data(), element, 1, height, width, 0, 0, 0};
  view.row_stride = bytes * gap * (rows ? width : 1);
  view.column_stride = bytes * gap * (rows ? 1 : height);
  if (reversed && height > 0) {
    view.data += (height - 1) * view.row_stride;
    view.row_stride = -view.row_stride;
  }
  const me::Runs wanted = slow_encode(view);
  for (const me::Level level : fuzz::levels()) {
    me::force_level(me::level_name(level));
    check_bits(view, wanted, rows);
    const me::Runs ours = me::cpu::encode(view, {}, me::Exec{1});
    EXPECT(std::equal(ours.counts.begin(), ours.counts.end(), wanted.counts.begin(),
                      wanted.counts.end()));
    std::vector<char> decoded(static_cast<std::size_t>(height * width) + 1, 7);
    me::cpu::decode(ours.view(), {decoded.data(), me::Element::u8, 1, height, width, 0, 1, height},
                    1, false, me::Exec{1});
    for (std::int64_t x = 0; x < width; x++) {
      for (std::int64_t y = 0; y < height; y++) {
        const bool pixel = decoded[static_cast<std::size_t>(x * height + y)] == 1;
        EXPECT(pixel == foreground(view, y, x));
      }
    }
    EXPECT(decoded.back() == 7);
    check_packed(view, ours);
  }
  check_device(view, wanted, data[0]);
  return 0;
}
