#include "base/crc32.h"

#include <array>

#include "base/crc32_kernels.h"
#include "base/dispatch.h"
#if defined(_MSC_VER) && defined(_M_X64)
#include <intrin.h>
#endif

namespace me {
namespace {

// What is left of a byte that 0 .. 7 zero bytes follow.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

Tables made_tables() {
  Tables made{};
  for (std::uint32_t i = 0; i < 256; i++) {
    std::uint32_t rest = i;
    for (int k = 0; k < 8; k++) rest = (rest & 1) != 0 ? rest >> 1 ^ 0xedb88320u : rest >> 1;
    made[0][i] = rest;
  }
  for (std::size_t k = 1; k < 8; k++) {
    for (std::size_t i = 0; i < 256; i++) {
      const std::uint32_t before = made[k - 1][i];
      made[k][i] = made[0][before & 255] ^ before >> 8;
    }
  }
  return made;
}

std::uint32_t follow(const std::uint8_t* bytes, std::int64_t n, std::uint32_t rest) {
  static const Tables tables = made_tables();
  for (; n >= 8; n -= 8, bytes += 8) {
    std::uint32_t next = 0;
    for (int k = 0; k < 4; k++) {
      const std::uint32_t low = (rest >> 8 * k & 255) ^ bytes[k];
      next ^= tables[static_cast<std::size_t>(7 - k)][low];
      next ^= tables[static_cast<std::size_t>(3 - k)][bytes[4 + k]];
    }
    rest = next;
  }
  for (; n > 0; n--, bytes++) rest = tables[0][(rest ^ *bytes) & 255] ^ rest >> 8;
  return rest;
}

#if defined(_MSC_VER) && defined(_M_X64)
bool has_carryless() {
  int leaf[4];
  __cpuid(leaf, 1);
  return (leaf[2] & 2) != 0;
}
#elif defined(__x86_64__)
bool has_carryless() { return __builtin_cpu_supports("pclmul") != 0; }
#else
bool has_carryless() { return false; }
#endif

}  // namespace

std::uint32_t crc32(const void* data, std::int64_t n) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  std::uint32_t rest = 0xffffffffu;
  const auto fold = select<kernels::FoldCrc>(nullptr, ME_X86(&kernels::fold_crc_avx2), nullptr);
  // as all processors with AVX2 do, unless they are told not to
  static const bool multiplies = has_carryless();
  if (fold != nullptr && multiplies && n >= 64) {
    std::uint8_t folded[16];
    const std::int64_t whole = n / 64 * 64;
    fold(bytes, whole, rest, folded);
    rest = follow(folded, 16, 0);
    bytes += whole;
    n -= whole;
  }
  return ~follow(bytes, n, rest);
}

}  // namespace me
