// Any bytes as a patch, with the checksum that they need: refused, or read as changes that are in
// order and inside the label map, and that are written as the same bytes again.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "expect.h"
#include "ops/canvas/canvas.h"

namespace {

// CRC-32 of IEEE 802.3, bit by bit.
std::uint32_t checksum(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t rest = 0xffffffffu;
  for (const std::uint8_t byte : bytes) {
    rest ^= byte;
    for (int k = 0; k < 8; k++) rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0xedb88320u : 0);
  }
  return ~rest;
}

bool same_bytes(const me::Buffer<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  return std::vector<std::uint8_t>(a.begin(), a.end()) == b;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> bytes(data, data + size);
  const std::uint32_t sum = checksum(bytes);
  for (int i = 0; i < 4; i++) bytes.push_back(static_cast<std::uint8_t>(sum >> 8 * i));
  me::cpu::Patch patch;
  try {
    patch = me::cpu::from_bytes(bytes.data(), static_cast<std::int64_t>(bytes.size()));
  } catch (const me::Error& error) {
    EXPECT(error.kind == me::ErrorKind::bad_file);
    return 0;
  }
  me::Buffer<std::uint8_t> again;
  me::cpu::to_bytes(patch, again);
  EXPECT(same_bytes(again, bytes));
  me::cpu::Changes changes;
  me::cpu::append_changes(patch, changes);
  std::int64_t area = 0;
  const me::cpu::Change* last = nullptr;
  for (const me::cpu::Change& change : changes) {
    EXPECT(change.y >= 0 && change.y < patch.size.height && change.begin >= 0 &&
           change.begin < change.end && change.end <= patch.size.width);
    EXPECT(change.before != change.after);
    if (last != nullptr) {
      EXPECT(last->y < change.y || (last->y == change.y && last->end <= change.begin));
    }
    area += change.area();
    last = &change;
  }
  EXPECT(area == patch.extent.area);
  EXPECT(me::cpu::same_patch(me::cpu::make_patch(changes, patch.size, patch.element), patch));
  return 0;
}
