// Kernels that write rows of labels from the places where labels change, and the loop over words
// that their vector variants share.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// How paint reads the changes of one row of n pixels.
struct PaintRow {
  const std::uint64_t* changes;
  std::int64_t n;
  const std::uint32_t* labels;  // one for each stretch that starts at a change
  const std::uint32_t* final;   // label -> value to write; final[0] is 0
  bool alternating;             // every second stretch is background and has no label
};

// paint: writes a row of values of 1, 2, 4 and 8 bytes; returns how many labels it used, and reads
//   up to labels_padding more.
// stream: copies bytes past the caches, so that memory is not read before it is written.
// drain: waits for what was streamed; once after many rows, as it costs as much as a row.
struct PaintKernels {
  std::int64_t (*paint[4])(const PaintRow& row, void* out);
  void (*stream)(const void* from, std::int64_t bytes, void* to);
  void (*drain)();
};

extern const PaintKernels paint_scalar;
extern const PaintKernels paint_avx2;
extern const PaintKernels paint_avx512;

inline constexpr std::int64_t labels_padding = 4;

// Byte i of rank_bytes.of[b]: how many of bits [0, i] of b are set.
struct RankBytes {
  std::uint64_t of[256] = {};
  constexpr RankBytes() {
    for (std::uint64_t byte = 0; byte < 256; byte++) {
      std::uint64_t rank = 0;
      for (int i = 0; i < 8; i++) {
        rank += byte >> i & 1;
        of[byte] |= rank << 8 * i;
      }
    }
  }
};
constexpr RankBytes rank_bytes;

// Bit i: whether an odd number of bits [0, i] of the word is set, or even with `on`.
template <class Cpu>
inline std::uint64_t inside(std::uint64_t word, std::uint64_t on) {
  for (int shift = 1; shift < 64; shift *= 2) word ^= word << shift;
  return word ^ (std::uint64_t{0} - on);
}

// Gives the values of the stretches of a row in order. `Cpu` is a type of the including file alone,
// so that no instance is shared between CPU levels.
template <class Cpu>
struct StretchValues {
  const std::uint32_t* label;
  const std::uint32_t* final;
  std::uint64_t every;  // 1: each change starts a stretch with a label
  std::uint64_t on = 0;
  std::uint32_t value = 0;

  // The values of one word with changes: a vector step per few pixels, whatever the changes are.
  template <class T>
  void expand(std::uint64_t word, T* to) {
    std::uint32_t each[96];
    const std::uint64_t with_label = every != 0 ? ~std::uint64_t{0} : inside<Cpu>(word, on);
    const std::uint64_t starts = word & with_label;
    const std::int64_t count = Cpu::count(starts);
    each[0] = value;
    for (std::int64_t i = 0; i < count; i += 4) {
      for (int j = 0; j < 4; j++) each[1 + i + j] = final[label[i + j]];
    }
    label += count;
    on = every | with_label >> 63;
    value = on != 0 ? each[count] : 0;
    Cpu::expand(starts, with_label, each, to);
  }
};

// Word by word: filling stretch by stretch would be foreseen badly, in length and in number.
template <class Cpu, class T>
std::int64_t paint_row(const PaintRow& row, void* out) {
  T* to = static_cast<T*>(out);
  const std::int64_t n = row.n;
  StretchValues<Cpu> values{row.labels, row.final, row.alternating ? 0u : 1u};
  const auto write = [&values](std::uint64_t word, T* at) {
    if (word == 0) {
      Cpu::fill(at, static_cast<T>(values.value));
    } else {
      values.expand(word, at);
    }
  };
  std::int64_t k = 0;
  for (; 64 * k + 64 <= n; k++) write(row.changes[k], to + 64 * k);
  if (64 * k < n) {
    T last[64];
    write(row.changes[k], last);
    for (std::int64_t i = 64 * k; i < n; i++) to[i] = last[i - 64 * k];
  }
  return values.label - row.labels;
}

// Whole cache lines are streamed. The others are shared with what lies beside, and a line that is
// written both ways is slower than either.
template <class Cpu>
void stream(const void* from, std::int64_t bytes, void* to) {
  const char* in = static_cast<const char*>(from);
  char* out = static_cast<char*>(to);
  std::int64_t i = 0;
  for (; i < bytes && (reinterpret_cast<std::uintptr_t>(out + i) & 63) != 0; i++) out[i] = in[i];
  for (; i + 64 <= bytes; i += 64) Cpu::stream_line(in + i, out + i);
  for (; i < bytes; i++) out[i] = in[i];
}

}  // namespace me::kernels
