// Two texts as two masks of one size: set algebra adds up, whatever their runs are.
#include <algorithm>
#include <cstdint>

#include "expect.h"
#include "ops/combine/combine.h"
#include "runs/builder.h"
#include "runs/coco_text.h"

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
  const std::int64_t longest = std::max(sum(counts[0], 0, 1), sum(counts[1], 0, 1));
  const me::Size shape{1 << 16, (longest + 0xFFFF) >> 16};
  const std::int64_t area = shape.area();
  me::Runs masks[2];
  for (int i = 0; i < 2; i++) {
    me::RunBuilder builder(masks[i].counts);
    for (std::int64_t k = 0; k < counts[i].size(); k++) builder.append(k % 2 == 1, counts[i][k]);
    builder.append(false, area - sum(counts[i], 0, 1));
    builder.finish();
    masks[i].end_item(shape);
  }
  const auto combined = [&](me::cpu::SetOp op) {
    const me::Runs runs = me::cpu::combine_pairs(op, masks[0].view(), masks[1].view(), {1});
    EXPECT(me::validate(runs.view()[0]).empty() && sum(runs.counts, 0, 1) == area);
    return sum(runs.counts, 1, 2);
  };
  using me::cpu::SetOp;
  const std::int64_t a = sum(counts[0], 1, 2), b = sum(counts[1], 1, 2);
  const std::int64_t both = combined(SetOp::intersect), any = combined(SetOp::unite);
  EXPECT(both + any == a + b);
  EXPECT(combined(SetOp::subtract) == a - both && combined(SetOp::exclude) == any - both);
  return 0;
}
