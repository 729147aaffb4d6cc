#include "runs/packed_masks.h"

#include <algorithm>
#include <new>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "runs/bit_scan.h"
#include "runs/collect.h"

namespace me {
namespace {

constexpr std::int64_t piece = 1 << 14;  // bits: a piece stays in the first cache

void fill_bits(const RunList& runs, std::uint64_t* words) {
  BitFiller filler(runs);
  const std::int64_t area = runs.size.area();
  for (std::int64_t position = 0; position < area; position += piece) {
    filler.fill(words + position / 64, std::min(piece, area - position));
    poll(0.25 * static_cast<double>(piece));
  }
  clear_tail(words, area);
}

// How often the value changes, the start being background.
std::int64_t changes_in(const std::uint64_t* words, std::int64_t n) {
  constexpr std::int64_t at_once = 256;
  std::uint64_t changes[at_once];
  std::int64_t sum = 0;
  std::uint64_t carry = 0;
  for (std::int64_t k = 0; k < n; k += at_once) {
    const std::int64_t m = std::min(at_once, n - k);
    changes[0] = words[k] ^ (words[k] << 1 | carry);
    for (std::int64_t j = 1; j < m; j++) {
      changes[j] = words[k + j] ^ (words[k + j] << 1 | words[k + j - 1] >> 63);
    }
    carry = words[k + m - 1] >> 63;
    sum += bit_kernels().count(changes, m);
    poll(static_cast<double>(m));
  }
  return sum;
}

void scan_bits(const std::uint64_t* words, std::int64_t area, Buffer<std::uint32_t>& counts) {
  // Their number is known, but for one at the end: so the counts need not move as they grow.
  const std::int64_t before = counts.size();
  counts.grow(changes_in(words, words_for(area)) + piece + 8);
  counts.truncate(before);
  BitScanner scanner(counts, 0, false);
  for (std::int64_t position = 0; position < area; position += piece) {
    scanner.scan(words + position / 64, std::min(piece, area - position));
  }
  append_split(counts, scanner.pending());
}

}  // namespace

PackedMasks::PackedMasks(const std::int64_t* sizes_of, std::int64_t n) {
  offsets.reserve(n + 1);
  offsets.push_back(0);
  sizes.append(sizes_of, 2 * n);
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t more = words_for(Size{sizes_of[2 * i], sizes_of[2 * i + 1]}.area());
    if (more > INT64_MAX / 16 - offsets.back()) throw std::bad_alloc();
    offsets.push_back(offsets.back() + more);
  }
  words.resize(offsets.back() + 1);
  words.back() = 0;
}

bool packs_well(const RunsView& masks) {
  if (masks.mean_counts() < tuning::packed_least_runs) return false;
  double area = 0;
  for (std::int64_t i = 0; i < masks.n; i++) area += static_cast<double>(masks.size(i).area());
  return area <= tuning::packed_longest_run * static_cast<double>(masks.total_counts());
}

bool stays_packed(const std::int64_t* sizes, std::int64_t n, const PackedView& like) {
  double words = 0;
  for (std::int64_t i = 0; i < n; i++) {
    words += static_cast<double>(sizes[2 * i]) * static_cast<double>(sizes[2 * i + 1]) / 64;
  }
  return words <= 4 * static_cast<double>(like.total_words());
}

bool runs_stay_short(const PackedView& masks) {
  double runs = 0;
  for (std::int64_t i = 0; i < masks.n; i++) {
    runs += static_cast<double>(changes_in(masks.mask(i), words_for(masks.size(i).area())) + 1);
  }
  return 64 * static_cast<double>(masks.total_words()) <= tuning::packed_longest_run * runs;
}

PackedMasks pack(const RunsView& masks, const Exec& exec) {
  PackedMasks out(masks.sizes, masks.n);
  const double cost = 100 + 0.5 * masks.mean_counts() + out.view().mean_words();
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) fill_bits(masks[i], out.mask(i));
  });
  return out;
}

Runs unpack(const PackedView& masks, const Exec& exec) {
  return collect(exec, masks.n, 100 + 10 * masks.mean_words(),
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   scan_bits(masks.mask(i), masks.size(i).area(), counts);
                   return masks.size(i);
                 });
}

}  // namespace me
