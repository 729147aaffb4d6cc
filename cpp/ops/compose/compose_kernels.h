// Kernels that paint runs of a mask over what lies below.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Runs of background and foreground in turn, from a run of background on: `start` is where it
// begins, counted from `to`, and `pairs` how many follow with one of foreground each.
struct PaintRuns {
  const std::uint32_t* counts;
  std::int64_t pairs;
  std::int64_t start;
};

// The bits of values in layers, at most one of which has a value: word w of layer k is
// bits[k * stride + w]. Those behind the last value are zero.
struct PaintLayers {
  const std::uint64_t* bits;
  std::int64_t stride;
  const std::uint64_t* labels;
  std::int64_t n;
};

// Writes to each of n values the label of its layer. Those in no layer become zero, or, with
// `more`, stay; then those in one were zero.
using PaintWords = void (*)(const PaintLayers& layers, std::int64_t n, bool more, void* to);

// Both write the label to the runs of foreground that end at `end` or before, return how many pairs
// those are, and set `start` to where the next one begins.
//
// from_back: over what lies there.
// from_front: to pixels whose bits of `uncovered` are set, and clears these. A run takes about
//   front_cost times as long as from the back.
struct ComposeKernels {
  std::int64_t (*from_back)(PaintRuns& runs, std::int64_t end, std::uint64_t label, void* to);
  std::int64_t (*from_front)(PaintRuns& runs, std::int64_t end, std::uint64_t label, void* to,
                             std::uint64_t* uncovered);
  PaintWords layers;
  double front_cost;
};

// For values of 1, 2, 4 and 8 bytes.
extern const ComposeKernels compose_scalar[4];
extern const ComposeKernels compose_avx2[4];
extern const ComposeKernels compose_avx512[4];

// The walk that all share: paint(from, until) for each run.
template <class Paint>
inline std::int64_t walk_pairs(PaintRuns& runs, std::int64_t end, const Paint& paint) {
  std::int64_t start = runs.start;
  std::int64_t k = 0;
  for (; k < runs.pairs; k++) {
    const std::int64_t from = start + runs.counts[2 * k];
    const std::int64_t until = from + runs.counts[2 * k + 1];
    if (until > end) break;
    paint(from, until);
    start = until;
  }
  runs.start = start;
  return k;
}

// Fill(label)(to, n) sets n values, and Fill(label).bits(to, bits) those of 64 whose bits are set.
// `Fill` is a type of the including file alone, so that no instance is shared between CPU levels.
template <class Fill>
std::int64_t paint_from_back(PaintRuns& runs, std::int64_t end, std::uint64_t label, void* out) {
  using T = typename Fill::Value;
  T* const to = static_cast<T*>(out);
  const Fill fill(static_cast<T>(label));
  return walk_pairs(runs, end,
                    [&](std::int64_t from, std::int64_t until) { fill(to + from, until - from); });
}

template <class Fill>
std::int64_t paint_from_front(PaintRuns& runs, std::int64_t end, std::uint64_t label, void* out,
                              std::uint64_t* uncovered) {
  using T = typename Fill::Value;
  T* const to = static_cast<T*>(out);
  const Fill fill(static_cast<T>(label));
  const auto cover = [&](std::int64_t word, std::uint64_t bits) {
    const std::uint64_t left = uncovered[word];
    if ((left & bits) == 0) return;
    fill.bits(to + 64 * word, left & bits);
    uncovered[word] = left & ~bits;
  };
  return walk_pairs(runs, end, [&](std::int64_t from, std::int64_t until) {
    if (from == until) return;
    const std::int64_t last = (until - 1) >> 6;
    std::uint64_t bits = ~std::uint64_t{0} << (from & 63);
    for (std::int64_t word = from >> 6; word < last; word++) {
      cover(word, bits);
      bits = ~std::uint64_t{0};
    }
    cover(last, bits & ~std::uint64_t{0} >> (63 - ((until - 1) & 63)));
  });
}

// The bits of a word, stretch by stretch.
template <class Fill>
inline void fill_bits(const Fill& fill, typename Fill::Value* to, std::uint64_t bits) {
  while (bits != 0) {
    const int from = __builtin_ctzll(bits);
    const std::uint64_t above = ~(bits >> from);
    const int n = above == 0 ? 64 : __builtin_ctzll(above);
    fill(to + from, n);
    if (from + n == 64) return;
    bits &= ~std::uint64_t{0} << (from + n);
  }
}

// Fill::word does it for 64 values.
template <class Fill>
void paint_layers(const PaintLayers& layers, std::int64_t n, bool more, void* out) {
  using T = typename Fill::Value;
  T* const to = static_cast<T*>(out);
  PaintLayers at = layers;
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64, at.bits++) Fill::word(at, more, to + i);
  if (i == n) return;
  T last[64];
  if (more) __builtin_memcpy(last, to + i, static_cast<std::size_t>(n - i) * sizeof(T));
  Fill::word(at, more, last);
  __builtin_memcpy(to + i, last, static_cast<std::size_t>(n - i) * sizeof(T));
}

// The kernels by a kind of Fill.
template <class Fill>
constexpr ComposeKernels compose_with = {paint_from_back<Fill>, paint_from_front<Fill>,
                                         paint_layers<Fill>, Fill::front_cost};

}  // namespace me::kernels
