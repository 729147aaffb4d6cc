// CRC-32: the check value that its catalogues give, and bit by bit.
#include <string>

#include "base/crc32.h"
#include "base/dispatch.h"
#include "check.h"

namespace {

std::uint32_t slow(const std::string& text) {
  std::uint32_t rest = 0xffffffffu;
  for (const char c : text) {
    rest ^= static_cast<unsigned char>(c);
    for (int k = 0; k < 8; k++) rest = (rest & 1) != 0 ? rest >> 1 ^ 0xedb88320u : rest >> 1;
  }
  return ~rest;
}

}  // namespace

ME_TEST(crc32_at_every_level) {
  std::string text;
  std::uint32_t state = 1;
  for (int i = 0; i < 1000; i++) {
    state = state * 1664525 + 1013904223;
    text.push_back(static_cast<char>(state >> 24));
  }
  for (const me::Level level : me::available_levels()) {
    me::force_level(me::level_name(level));
    CHECK_EQUAL(me::crc32("123456789", 9), 0xcbf43926u);
    for (std::size_t n = 0; n <= 400; n++) {
      CHECK_EQUAL(me::crc32(text.data() + n % 17, static_cast<std::int64_t>(n)),
                  slow(text.substr(n % 17, n)));
    }
  }
  me::force_level("auto");
}
