// Counts -> characters of COCO's text, several at a time. One kernel per CPU level.
#pragma once
#include <cstdint>

namespace me::kernels {

struct CountText {
  std::int64_t next;  // the first count that is not written
  char* out;          // the end of the text
};

// Writes counts [first, n), first > 2, in blocks of eight; stops before the end or at a block with
// a count that takes more than two characters. Each block may touch 16 bytes of `out`.
using WriteShortCounts = CountText (*)(const std::uint32_t* counts, std::int64_t first,
                                       std::int64_t n, char* out);

CountText write_short_counts_avx2(const std::uint32_t* counts, std::int64_t first, std::int64_t n,
                                  char* out);

}  // namespace me::kernels
