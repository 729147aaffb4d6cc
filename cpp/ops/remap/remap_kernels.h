// Look-up of bytes in a table of bytes.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// A table of 256 bytes. Bit t of `tiles` is set when an entry in [16t, 16t + 16) is not `other`.
struct ByteTable {
  const std::uint8_t* entries;
  std::uint32_t tiles;
  std::uint8_t other;
};

// out[i] = table.entries[in[i]] for i in [0, n); `out` may be `in`.
void look_up_bytes_avx2(const std::uint8_t* in, std::int64_t n, const ByteTable& table,
                        std::uint8_t* out);

}  // namespace me::kernels
