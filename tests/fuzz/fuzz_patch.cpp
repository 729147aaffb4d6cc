// Any bytes as a patch, as they are and with the lengths and the checksum put right: refused, or
// changes in order inside the map that give the same bytes again.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "expect.h"
#include "ops/canvas/patch.h"

namespace {

constexpr std::int64_t header = 40;

// CRC-32 of IEEE 802.3, bit by bit.
std::uint32_t checksum(const me::Buffer<std::uint8_t>& bytes) {
  std::uint32_t rest = 0xffffffffu;
  for (const std::uint8_t byte : bytes) {
    rest ^= byte;
    for (int k = 0; k < 8; k++) rest = (rest & 1) != 0 ? rest >> 1 ^ 0xedb88320u : rest >> 1;
  }
  return ~rest;
}

void put(std::uint8_t* to, std::uint64_t value, int n) {
  for (int i = 0; i < n; i++) to[i] = static_cast<std::uint8_t>(value >> 8 * i);
}

void check_changes(const me::cpu::Patch& patch) {
  me::cpu::Changes changes;
  me::cpu::append_changes(patch, changes);
  EXPECT(changes.size() == patch.n);
  std::int64_t area = 0;
  for (std::int64_t i = 0; i < changes.size(); i++) {
    const me::cpu::Change& change = changes[i];
    EXPECT(change.y >= 0 && change.y < patch.size.height);
    EXPECT(change.begin >= 0 && change.begin < change.end && change.end <= patch.size.width);
    EXPECT(change.before != change.after);
    area += change.area();
    if (i == 0) continue;
    const me::cpu::Change& last = changes[i - 1];
    EXPECT(change.y > last.y || (change.y == last.y && change.begin >= last.end));
    EXPECT(change.y > last.y || change.begin > last.end || !change.same_labels(last));
  }
  EXPECT(area == patch.extent.area);
}

void try_bytes(const std::uint8_t* data, std::int64_t size) {
  me::cpu::Patch patch;
  try {
    patch = me::cpu::from_bytes(data, size);
  } catch (const me::Error& error) {
    EXPECT(error.kind == me::ErrorKind::bad_file);
    return;
  }
  check_changes(patch);
  const me::cpu::Patch twice = me::cpu::inverted(me::cpu::inverted(patch));
  EXPECT(me::cpu::same_patch(patch, twice));
  EXPECT(patch.n == 0 || !me::cpu::same_patch(patch, me::cpu::inverted(patch)));
  me::Buffer<std::uint8_t> again;
  me::cpu::to_bytes(twice, again);
  EXPECT(again.size() == size && std::memcmp(again.data(), data, again.size()) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try_bytes(data, static_cast<std::int64_t>(size));
  const auto n = static_cast<std::int64_t>(size);
  if (n < header) return 0;
  me::Buffer<std::uint8_t> mended;
  mended.append(data, n);
  std::memcpy(mended.data(), "MECP\1\0", 6);
  mended[6] %= 8;
  mended[7] = 0;
  const std::int64_t pairs = std::min<std::int64_t>(mended[24] % 8, (n - header) / 16);
  put(mended.data() + 16, mended[16], 8);  // few changes
  put(mended.data() + 24, static_cast<std::uint64_t>(pairs), 8);
  put(mended.data() + 32, static_cast<std::uint64_t>(n - header - 16 * pairs), 8);
  const std::uint32_t sum = checksum(mended);
  put(mended.grow(4), sum, 4);
  try_bytes(mended.data(), mended.size());
  return 0;
}
