#include "ops/flip/flip.h"

#include "base/parallel.h"
#include "base/poll_some.h"
#include "runs/bit_writer.h"
#include "runs/collect.h"
#include "runs/reverse.h"

namespace me::cpu {
namespace {

void mirror_columns(const std::uint64_t* mask, Size size, std::uint64_t* out) {
  BitWriter writer(out);
  for (std::int64_t x = size.width; x-- > 0;) writer.add(mask, x * size.height, size.height);
}

std::uint64_t reversed(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x5555555555555555;
  constexpr std::uint64_t twos = 0x3333333333333333;
  constexpr std::uint64_t fours = 0x0f0f0f0f0f0f0f0f;
  constexpr std::uint64_t bytes = 0x00ff00ff00ff00ff;
  constexpr std::uint64_t halves = 0x0000ffff0000ffff;
  word = (word >> 1 & ones) | (word & ones) << 1;
  word = (word >> 2 & twos) | (word & twos) << 2;
  word = (word >> 4 & fours) | (word & fours) << 4;
  word = (word >> 8 & bytes) | (word & bytes) << 8;
  word = (word >> 16 & halves) | (word & halves) << 16;
  return word >> 32 | word << 32;
}

// Writes the `n` bits of a mask from the last to the first, and one word more.
void turn_half(const std::uint64_t* mask, std::int64_t n, std::uint64_t* out) {
  const std::int64_t words = words_for(n);
  const std::int64_t shift = -n & 63;  // unused bits of the last word, which comes first
  for (std::int64_t k = 0; k < words; k++) {
    poll_some(k, 2);
    const std::uint64_t last = mask[words - 1 - k] << shift;
    const std::uint64_t before = k + 1 < words ? mask[words - 2 - k] : 0;
    out[k] = reversed(last | before >> 1 >> (63 - shift));
  }
  out[words] = 0;
}

}  // namespace

Runs flip(const RunsView& masks, Flip flip, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  return collect(exec, masks.n, 50.0 + 3.0 * runs_each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   const RunList runs = masks[i];
                   if (flip == Flip::upside_down) {
                     append_upside_down(runs, counts);
                   } else {  // a half turn, then upside down
                     Buffer<std::uint32_t> turned;
                     append_reversed(runs, turned);
                     append_upside_down({turned.data(), turned.size(), runs.size}, counts);
                   }
                   return runs.size;
                 });
}

PackedMasks flip(const PackedView& masks, Flip flip, const Exec& exec) {
  PackedMasks out(masks.sizes, masks.n);
  const double cost = 100 + 4 * masks.mean_words();
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    Buffer<std::uint64_t> turned;
    for (std::int64_t i = begin; i < end; i++) {
      const std::uint64_t* mask = masks.mask(i);
      if (flip == Flip::upside_down) {  // left to right, of a half turn
        turned.resize(words_for(masks.size(i).area()) + 1);
        turn_half(mask, masks.size(i).area(), turned.data());
        mask = turned.data();
      }
      mirror_columns(mask, masks.size(i), out.mask(i));
    }
  });
  return out;
}

}  // namespace me::cpu
