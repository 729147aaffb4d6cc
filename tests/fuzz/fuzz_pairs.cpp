// Two texts as two masks of one size: set algebra adds up, whatever their runs are.
#include <algorithm>
#include <cstdint>

#include "expect.h"
#include "runs/builder.h"
#include "runs/coco_text.h"
#include "runs/cursor.h"

namespace {

std::int64_t sum(const me::Buffer<std::uint32_t>& counts, std::int64_t first, std::int64_t step) {
  std::int64_t total = 0;
  for (std::int64_t i = first; i < counts.size(); i += step) total += counts[i];
  return total;
}

}  // namespace

// Bytes: the first text, a zero byte, the second text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t* middle = std::find(data, data + size, std::uint8_t{0});
  if (middle == data + size) return 0;
  me::Buffer<std::uint32_t> counts[2];
  const char* texts[2] = {reinterpret_cast<const char*>(data),
                          reinterpret_cast<const char*>(middle + 1)};
  const std::int64_t lengths[2] = {middle - data, data + size - middle - 1};
  for (int i = 0; i < 2; i++) {
    if (!me::parse_coco_text(texts[i], lengths[i], counts[i]).empty()) return 0;
  }
  // a size that holds the longer one; the shorter one is background from its end on
  const std::int64_t area = std::max(sum(counts[0], 0, 1), sum(counts[1], 0, 1));
  const me::Size shape{area, 1};
  const me::RunList a{counts[0].data(), counts[0].size(), shape};
  const me::RunList b{counts[1].data(), counts[1].size(), shape};
  me::Buffer<std::uint32_t> both;
  me::Buffer<std::uint32_t> any;
  me::RunBuilder intersection(both);
  me::RunBuilder union_of(any);
  me::for_each_pair(a, b, [&](bool x, bool y, std::int64_t length) {
    intersection.append(x && y, length);
    union_of.append(x || y, length);
  });
  intersection.finish();
  union_of.finish();
  EXPECT(sum(both, 0, 1) == area && sum(any, 0, 1) == area);
  EXPECT(sum(both, 1, 2) + sum(any, 1, 2) == sum(counts[0], 1, 2) + sum(counts[1], 1, 2));
  return 0;
}
