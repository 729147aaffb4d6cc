// Any bytes as compressed counts: parsed or refused; what was parsed prints and parses to the same.
#include <algorithm>
#include <cstdint>

#include "expect.h"
#include "runs/coco_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const char* text = reinterpret_cast<const char*>(data);
  me::Buffer<std::uint32_t> counts;
  if (!me::parse_coco_text(text, static_cast<std::int64_t>(size), counts).empty()) {
    EXPECT(counts.empty());
    return 0;
  }
  me::Buffer<char> printed;
  me::append_coco_text({counts.data(), counts.size(), {}}, printed);
  EXPECT(printed.size() <= static_cast<std::int64_t>(size));  // ours is the shortest form
  me::Buffer<std::uint32_t> again;
  EXPECT(me::parse_coco_text(printed.data(), printed.size(), again).empty());
  EXPECT(std::equal(counts.begin(), counts.end(), again.begin(), again.end()));
  return 0;
}
