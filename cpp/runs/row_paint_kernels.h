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
// past: the same past the caches, to whole values in memory; null where it is no faster than to
//   paint elsewhere and to stream that.
// copy: copies bytes to where a row lies; memcpy takes long where both lie alike in their pages, as
//   rows of images mostly do.
// stream: copies bytes past the caches, so that memory is not read before it is written.
// drain: waits for what was streamed; once after many rows, as it costs as much as a row.
struct PaintKernels {
  std::int64_t (*paint[4])(const PaintRow& row, void* out);
  std::int64_t (*past[4])(const PaintRow& row, void* out);
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

// Words of changes that are painted at a time.
inline constexpr std::int64_t part_words = 64;

// The values of the stretches in a part of a row. They are all looked up before they are painted:
// a vector that is read right after its values were written one by one waits for them.
template <class Cpu>
struct StretchValues {
  std::uint32_t of[1 + 64 * part_words + 16];  // [0] is that of the stretch that goes on

  // Looks up the next n.
  void look_up(const std::uint32_t* label, std::int64_t n, const std::uint32_t* final) {
    for (std::int64_t i = 0; i < n; i += 4) {
      for (int j = 0; j < 4; j++) of[1 + i + j] = final[label[i + j]];
    }
  }
};

// What is known of the stretches of a row that is painted part by part.
template <class Cpu>
struct Stretches {
  const std::uint32_t* label;  // of the next stretch that has one
  const std::uint32_t* final;
  std::uint64_t every;  // 1: each change starts a stretch with a label
  std::uint64_t on;     // whether the stretch that goes on has one
  StretchValues<Cpu> values;

  explicit Stretches(const PaintRow& row)
      : label(row.labels), final(row.final), every(row.alternating ? 0 : 1), on(every) {
    values.of[0] = 0;
  }
};

// Word by word: filling stretch by stretch would be foreseen badly, in length and in number. Paints
// the next n pixels, at most 64 * part_words; whole words of them with `Whole`. These types are of
// the including file alone, so that no instance is shared between CPU levels.
template <class Cpu, class Whole, class T>
void paint_part(Stretches<Cpu>& stretches, const std::uint64_t* changes, const std::uint64_t* shown,
                std::int64_t n, T* to) {
  const std::uint64_t every = stretches.every;
  std::uint64_t on = stretches.on;
  const std::int64_t n_words = (n + 63) / 64;
  std::int64_t n_labels = 0;
  for (std::int64_t k = 0; k < n_words; k++) n_labels += Cpu::count(changes[k]);
  if (every == 0) n_labels = (n_labels + 1 - static_cast<std::int64_t>(on)) / 2;
  stretches.values.look_up(stretches.label, n_labels, stretches.final);
  stretches.label += n_labels;
  const std::uint32_t* each = stretches.values.of;
  const auto paint_word = [&](auto cpu, std::int64_t k, T* at) {
    using Used = decltype(cpu);
    const std::uint64_t word = changes[k];
    const std::uint64_t here = shown != nullptr ? shown[k] : ~std::uint64_t{0};
    if (word == 0 && (on == 0 || ~here == 0)) {
      Used::fill(at, static_cast<T>(on != 0 ? *each : 0));
    } else if (every != 0 && shown == nullptr) {
      Used::expand(word, each, at);
      each += Cpu::count(word);
    } else {
      const std::uint64_t with_label = every != 0 ? ~std::uint64_t{0} : inside<Cpu>(word, on);
      const std::uint64_t starts = word & with_label;
      Used::expand(starts, with_label & here, each, at);
      each += Cpu::count(starts);
      on = every | with_label >> 63;
    }
  };
  for (std::int64_t k = 0; k < n / 64; k++) paint_word(Whole{}, k, to + 64 * k);
  if (n % 64 != 0) {
    T last[64];
    paint_word(Cpu{}, n / 64, last);
    Whole::copy_part(last, n % 64 * static_cast<std::int64_t>(sizeof(T)), to + n / 64 * 64);
  }
  stretches.values.of[0] = *each;
  stretches.on = on;
}

template <class Cpu, class T>
std::int64_t paint_row(const PaintRow& row, void* out) {
  constexpr std::int64_t part = 64 * part_words;
  Stretches<Cpu> stretches(row);
  for (std::int64_t x = 0; x < row.n; x += part) {
    const std::uint64_t* shown = row.shown != nullptr ? row.shown + x / 64 : nullptr;
    paint_part<Cpu, Cpu>(stretches, row.changes + x / 64, shown,
                         row.n - x < part ? row.n - x : part, static_cast<T*>(out) + x);
  }
  return stretches.label - row.labels;
}

// Bits [x, x + 64 * n) of `words`, of which there are n_words; those beyond are zero.
template <class Cpu>
void copy_bits(const std::uint64_t* words, std::int64_t n_words, std::int64_t x, std::int64_t n,
               std::uint64_t* out) {
  const std::int64_t first = x / 64;
  const std::int64_t shift = x % 64;
  for (std::int64_t k = 0; k < n; k++) {
    const std::int64_t i = first + k;
    const std::uint64_t next = i + 1 < n_words ? words[i + 1] : 0;
    out[k] = words[i] >> shift | (next << 1) << (63 - shift);
  }
}

// The same past the caches, in whole cache lines from the first of them on: `Past` writes to such.
template <class Cpu, class Past, class T>
std::int64_t paint_past(const PaintRow& row, void* out) {
  constexpr std::int64_t part = 64 * part_words;
  const std::int64_t n_words = (row.n + 63) / 64;
  const auto before =
      static_cast<std::int64_t>((-reinterpret_cast<std::uintptr_t>(out) & 63) / sizeof(T));
  std::uint64_t changes[part_words];
  std::uint64_t shown[part_words];
  Stretches<Cpu> stretches(row);
  std::int64_t n = before < row.n ? before : row.n;  // of the part
  for (std::int64_t x = 0; x < row.n; x += n, n = row.n - x < part ? row.n - x : part) {
    if (n == 0) continue;
    const std::int64_t here = (n + 63) / 64;
    copy_bits<Cpu>(row.changes, n_words, x, here, changes);
    if (n < 64) changes[0] &= (std::uint64_t{1} << n) - 1;
    if (row.shown != nullptr) copy_bits<Cpu>(row.shown, n_words, x, here, shown);
    const std::uint64_t* which = row.shown != nullptr ? shown : nullptr;
    T* const to = static_cast<T*>(out) + x;
    if (x < before) {
      paint_part<Cpu, Cpu>(stretches, changes, which, n, to);
    } else {
      paint_part<Cpu, Past>(stretches, changes, which, n, to);
    }
  }
  return stretches.label - row.labels;
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
