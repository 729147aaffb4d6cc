// Loops over words of bits that the vector variants of kernels share. `Cpu` is a type
// of the including file alone, so that no instance is shared between CPU levels.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Calls work(k, word) for the words that are not zero. Whether one is, is foreseen badly, so they
// are listed first, 64 words at a time.
template <class Cpu, class Work>
inline void for_each_nonzero(const std::uint64_t* words, std::int64_t n, Work work) {
  std::uint32_t some[64 + 8];
  for (std::int64_t first = 0; first < n; first += 64) {
    const std::int64_t end = n - first < 64 ? n - first : 64;
    const std::int64_t n_some = Cpu::nonzero(words + first, end, some);
    for (std::int64_t s = 0; s < n_some; s++) work(first + some[s], words[first + some[s]]);
  }
}

// Calls write(i, word) for the set bits of a word in order: each time the lowest of those left is
// that bit. Two are taken whether there are so many or not, and so are more by fours.
template <class Cpu, class Write>
inline std::int64_t for_each_bit(std::uint64_t word, Write write) {
  const std::int64_t count = Cpu::count(word);
  write(0, word);
  word &= word - 1;
  write(1, word);
  for (std::int64_t i = 2; i < count; i += 4) {
    for (int j = 0; j < 4; j++) {
      word &= word - 1;
      write(i + j, word);
    }
  }
  return count;
}

template <class Cpu>
std::int64_t list_positions(const std::uint64_t* words, std::int64_t n, std::uint32_t* out) {
  std::uint32_t* to = out;
  for_each_nonzero<Cpu>(words, n, [&to](std::int64_t k, std::uint64_t word) {
    const auto base = static_cast<std::uint32_t>(64 * k);
    std::uint32_t* const here = to;
    to += for_each_bit<Cpu>(word, [here, base](std::int64_t i, std::uint64_t left) {
      here[i] = base + static_cast<std::uint32_t>(Cpu::lowest(left));
    });
  });
  return to - out;
}

}  // namespace me::kernels
