// Word-parallel kernels on lines of bits that grow along themselves and into their neighbours.
// One set per CPU level: each file that holds a set compiles these loops with its own flags.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// grow: out[k] = words[k] and words moved by `shift` positions both ways, for k in [0, n);
//   words[-1 - shift / 64 .. n + 1 + shift / 64) can be read; out is another line.
// unite: to[k] |= from[k].  unite_two: the same into two lines (which may be one and the same).
// join: out[k] = a[k] | b[k].
struct GrowthKernels {
  void (*grow)(const std::uint64_t* words, std::int64_t n, std::int64_t shift, std::uint64_t* out);
  void (*unite)(std::uint64_t* to, const std::uint64_t* from, std::int64_t n);
  void (*unite_two)(std::uint64_t* a, std::uint64_t* b, const std::uint64_t* from, std::int64_t n);
  void (*join)(const std::uint64_t* a, const std::uint64_t* b, std::int64_t n, std::uint64_t* out);
};

extern const GrowthKernels growth_scalar;
extern const GrowthKernels growth_avx2;
extern const GrowthKernels growth_avx512;

namespace {  // a copy in each file, so that no file calls the code of another level

inline void grow_loop(const std::uint64_t* words, std::int64_t n, std::int64_t shift,
                      std::uint64_t* out) {
  const std::int64_t whole = shift / 64;
  const int bits = static_cast<int>(shift % 64);
  const std::uint64_t* before = words - whole;
  const std::uint64_t* after = words + whole;
  for (std::int64_t k = 0; k < n; k++) {  // in two steps: a shift by 64 has no meaning
    const std::uint64_t up = before[k] << bits | before[k - 1] >> 1 >> (63 - bits);
    const std::uint64_t down = after[k] >> bits | after[k + 1] << 1 << (63 - bits);
    out[k] = words[k] | up | down;
  }
}

inline void unite_loop(std::uint64_t* to, const std::uint64_t* from, std::int64_t n) {
  for (std::int64_t k = 0; k < n; k++) to[k] |= from[k];
}

inline void unite_two_loop(std::uint64_t* a, std::uint64_t* b, const std::uint64_t* from,
                           std::int64_t n) {
  for (std::int64_t k = 0; k < n; k++) {
    a[k] |= from[k];
    b[k] |= from[k];
  }
}

inline void join_loop(const std::uint64_t* a, const std::uint64_t* b, std::int64_t n,
                      std::uint64_t* out) {
  for (std::int64_t k = 0; k < n; k++) out[k] = a[k] | b[k];
}

}  // namespace
}  // namespace me::kernels
