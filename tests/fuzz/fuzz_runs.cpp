// Any columns as a batch: refused with a reason, or safe to walk, and canonical once rebuilt.
// And when a walk is started on columns that were never validated, it stays inside the mask.
#include <cstdint>
#include <cstring>

#include "expect.h"
#include "ops/area/area.h"
#include "runs/builder.h"
#include "runs/cursor.h"

namespace {

// The foreground pixels that a walk meets; checks that it stays in [0, area).
std::int64_t walk(const me::RunList& runs, me::Buffer<std::uint32_t>& rebuilt) {
  std::int64_t foreground = 0;
  std::int64_t last = 0;
  me::for_each_span(runs, [&](std::int64_t begin, std::int64_t end) {
    EXPECT(last <= begin && begin < end && end <= runs.size.area());
    last = end;
    foreground += end - begin;
  });
  std::int64_t position = 0;
  me::RunBuilder builder(rebuilt);
  for (me::RunCursor cursor(runs); !cursor.done(); cursor.advance(cursor.left())) {
    builder.append(cursor.value(), cursor.left());
    position += cursor.left();
  }
  builder.finish();
  EXPECT(position == runs.size.area());
  return foreground;
}

}  // namespace

// Bytes: height and width (2 each), then counts of 1 byte, scaled when the height is odd.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  std::uint16_t sides[2];
  std::memcpy(sides, data, 4);
  const me::Size shape{sides[0], sides[1] % 64};
  const std::uint32_t scale = sides[0] % 2 == 0 ? 1 : 16777259;
  me::Runs runs;
  for (std::size_t i = 4; i < size; i++) runs.counts.push_back(data[i] * scale);
  runs.end_item(shape);
  me::Buffer<std::uint32_t> rebuilt;
  const me::RunList list = runs.view()[0];
  const std::int64_t foreground = walk(list, rebuilt);
  const me::RunList canonical{rebuilt.data(), rebuilt.size(), shape};
  EXPECT(me::validate(canonical).empty());
  for (std::int64_t i = 1; i < rebuilt.size(); i++) EXPECT(rebuilt[i] > 0);
  if (me::validate(list).empty()) {
    std::int64_t area = -1;
    me::cpu::area(runs.view(), &area, me::Exec{1});
    EXPECT(area == foreground);
  }
  return 0;
}
