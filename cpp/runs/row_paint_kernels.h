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
  // Bit x: pixel x is written as its stretch says, otherwise as 0; nullptr: all are.
  const std::uint64_t* shown = nullptr;
};

// paint: writes a row of values of 1, 2, 4 and 8 bytes; returns how many labels it used, and reads
//   up to labels_padding more.
// copy: copies bytes to where a row lies; memcpy takes long where both lie alike in their pages, as
//   rows of images mostly do.
// stream: copies bytes past the caches, so that memory is not read before it is written.
// drain: waits for what was streamed; once after many rows, as it costs as much as a row.
struct PaintKernels {
  std::int64_t (*paint[4])(const PaintRow& row, void* out);
  void (*copy)(const void* from, std::int64_t bytes, void* to);
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

// The values of the stretches in a part of a row. They are all looked up before they are painted:
// a vector that is read right after its values were written one by one waits for them.
struct StretchValues {
  static constexpr std::int64_t words = 64;

  std::uint32_t of[1 + 64 * words + 16];  // [0] is that of the stretch that goes on

  // Looks up the next n.
  void look_up(const std::uint32_t* label, std::int64_t n, const std::uint32_t* final) {
    for (std::int64_t i = 0; i < n; i += 4) {
      for (int j = 0; j < 4; j++) of[1 + i + j] = final[label[i + j]];
    }
  }
};

// Word by word: filling stretch by stretch would be foreseen badly, in length and in number. `Cpu`
// is a type of the including file alone, so that no instance is shared between CPU levels.
template <class Cpu, class T>
std::int64_t paint_row(const PaintRow& row, void* out) {
  T* to = static_cast<T*>(out);
  const std::uint32_t* label = row.labels;
  const std::uint64_t every = row.alternating ? 0 : 1;  // each change starts a stretch with a label
  std::uint64_t on = every;                             // whether the stretch that goes on has one
  StretchValues values;
  values.of[0] = 0;
  const std::int64_t n_words = (row.n + 63) / 64;
  for (std::int64_t first = 0; first < n_words; first += StretchValues::words) {
    const std::int64_t end =
        first + StretchValues::words < n_words ? first + StretchValues::words : n_words;
    std::int64_t n = 0;
    for (std::int64_t k = first; k < end; k++) n += Cpu::count(row.changes[k]);
    if (every == 0) n = (n + 1 - static_cast<std::int64_t>(on)) / 2;
    values.look_up(label, n, row.final);
    label += n;
    const std::uint32_t* each = values.of;
    for (std::int64_t k = first; k < end; k++, to += 64) {
      T last[64];
      const std::uint64_t word = row.changes[k];
      T* const at = 64 * k + 64 <= row.n ? to : last;
      const std::uint64_t shown = row.shown != nullptr ? row.shown[k] : ~std::uint64_t{0};
      if (word == 0 && (on == 0 || ~shown == 0)) {
        Cpu::fill(at, static_cast<T>(on != 0 ? *each : 0));
      } else {
        const std::uint64_t with_label = every != 0 ? ~std::uint64_t{0} : inside<Cpu>(word, on);
        const std::uint64_t starts = word & with_label;
        Cpu::expand(starts, with_label & shown, each, at);
        each += Cpu::count(starts);
        on = every | with_label >> 63;
      }
      for (std::int64_t i = 0; at == last && i < row.n - 64 * k; i++) to[i] = last[i];
    }
    values.of[0] = *each;
  }
  return label - row.labels;
}

// Copies what lies before the first whole cache line of `out`, and says how much that is.
template <class Cpu>
std::int64_t copy_head(const char* in, std::int64_t bytes, char* out) {
  const auto before = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(out) & 63);
  const std::int64_t end = before < bytes ? before : bytes;
  std::int64_t i = 0;
  for (; i + 16 <= end; i += 16) Cpu::copy_quarter(in + i, out + i);
  for (; i < end; i++) out[i] = in[i];
  return end;
}

// Copies less than a cache line.
template <class Cpu>
void copy_tail(const char* in, std::int64_t bytes, char* out) {
  std::int64_t i = 0;
  for (; i + 16 <= bytes; i += 16) Cpu::copy_quarter(in + i, out + i);
  for (; i < bytes; i++) out[i] = in[i];
}

// Whole cache lines are written: a vector across two of them took up to three times as long.
template <class Cpu>
void copy(const void* from, std::int64_t bytes, void* to) {
  const char* in = static_cast<const char*>(from);
  char* out = static_cast<char*>(to);
  std::int64_t i = copy_head<Cpu>(in, bytes, out);
  for (; i + 64 <= bytes; i += 64) Cpu::copy_line(in + i, out + i);
  copy_tail<Cpu>(in + i, bytes - i, out + i);
}

// Whole cache lines are streamed. The others are shared with what lies beside, and a line that is
// written both ways is slower than either.
template <class Cpu>
void stream(const void* from, std::int64_t bytes, void* to) {
  const char* in = static_cast<const char*>(from);
  char* out = static_cast<char*>(to);
  std::int64_t i = copy_head<Cpu>(in, bytes, out);
  for (; i + 64 <= bytes; i += 64) Cpu::stream_line(in + i, out + i);
  copy_tail<Cpu>(in + i, bytes - i, out + i);
}

}  // namespace me::kernels
