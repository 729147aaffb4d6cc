// CRC-32 of IEEE 802.3, the one of zlib, PNG and Parquet.
#pragma once
#include <cstdint>

namespace me {

std::uint32_t crc32(const void* bytes, std::int64_t n);

}  // namespace me
