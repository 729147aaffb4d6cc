#include <algorithm>
#include <vector>

#include "base/interrupt.h"
#include "base/tuning.h"
#include "ops/combine/paths.h"
#include "runs/bit_scan.h"
#include "runs/span_bits.h"

namespace me::cpu {
namespace {

// The masks as readers, and one stretch of their combination after the other.
template <SpanMode mode>
class BitCombiner {
 public:
  BitCombiner(SetOp op, const RunList* masks, std::int64_t k, std::int64_t stretch)
      : op_(op), bits_(stretch), first_(op == SetOp::subtract ? stretch : 0) {
    readers_.reserve(static_cast<std::size_t>(k));
    for (std::int64_t i = 0; i < k; i++) readers_.emplace_back(masks[i], op != SetOp::intersect);
  }

  // The next `n` words, n at most the stretch.
  const std::uint64_t* next(std::int64_t n) {
    bits_.clear();
    if (op_ == SetOp::exclude) {
      for (SpanReader& reader : readers_) {
        bits_.template add<SpanMode::depth, true>(reader);
        poll(200);
      }
      bits_.template settle<true>();
      return bits_.words();
    }
    const std::size_t from = op_ == SetOp::subtract ? 1 : 0;
    unite(bits_, from, readers_.size());
    std::uint64_t* const words = bits_.words();
    if (op_ == SetOp::intersect) {  // what is background in none
      for (std::int64_t i = 0; i < n; i++) words[i] = ~words[i];
    } else if (op_ == SetOp::subtract) {
      first_.clear();
      unite(first_, 0, 1);
      for (std::int64_t i = 0; i < n; i++) words[i] = first_.words()[i] & ~words[i];
    }
    return words;
  }

 private:
  void unite(SpanBits& bits, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; i++) {
      bits.template add<mode, false>(readers_[i]);
      poll(200);
    }
    if (mode == SpanMode::depth) bits.template settle<false>();
  }

  SetOp op_;
  std::vector<SpanReader> readers_;
  SpanBits bits_;
  SpanBits first_;
};

template <SpanMode mode>
void combine(SetOp op, const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts) {
  const std::int64_t area = masks[0].size.area();
  const std::int64_t stretch = std::min(tuning::combine_stretch_words, (area + 63) / 64);
  BitCombiner<mode> combiner(op, masks, k, stretch);
  BitScanner scanner(counts, 0, false);
  for (std::int64_t begin = 0; begin < area; begin += 64 * stretch) {
    const std::int64_t bits = std::min(64 * stretch, area - begin);
    scanner.scan(combiner.next((bits + 63) / 64), bits);
  }
  append_split(counts, scanner.pending());
}

// Short runs: each mask is turned to bits of its own by the parity of the ends of its runs, without
// a branch for a run within a word.
void combine_short_runs(SetOp op, const RunList* masks, std::int64_t k,
                        Buffer<std::uint32_t>& counts) {
  const std::int64_t area = masks[0].size.area();
  const std::int64_t stretch = std::min(tuning::combine_stretch_words, (area + 63) / 64);
  Buffer<std::uint64_t> words(stretch);
  Buffer<std::uint64_t> other(stretch);
  std::vector<BitFiller> fillers(masks, masks + k);
  // Noise combined with noise has about as many runs: so the counts need not move as they grow.
  std::int64_t most = 0;
  for (std::int64_t i = 0; i < k; i++) most = std::max(most, masks[i].n);
  const std::int64_t before = counts.size();
  counts.grow(most + most / 8);  // grows by doubling, which reserve() does not
  counts.truncate(before);
  BitScanner scanner(counts, 0, false);
  for (std::int64_t begin = 0; begin < area; begin += 64 * stretch) {
    const std::int64_t bits = std::min(64 * stretch, area - begin);
    fillers[0].fill(words.data(), bits);
    for (std::size_t i = 1; i < fillers.size(); i++) {
      fillers[i].fill(other.data(), bits);
      join_words(op, words.data(), other.data(), (bits + 63) / 64, words.data());
    }
    scanner.scan(words.data(), bits);
  }
  append_split(counts, scanner.pending());
}

}  // namespace

void join_words(SetOp op, const std::uint64_t* a, const std::uint64_t* b, std::int64_t n,
                std::uint64_t* out) {
  const auto each = [&](auto joined) {
    for (std::int64_t i = 0; i < n; i++) out[i] = joined(a[i], b[i]);
  };
  switch (op) {
    case SetOp::unite:
      return each([](std::uint64_t x, std::uint64_t y) { return x | y; });
    case SetOp::intersect:
      return each([](std::uint64_t x, std::uint64_t y) { return x & y; });
    case SetOp::subtract:
      return each([](std::uint64_t x, std::uint64_t y) { return x & ~y; });
    case SetOp::exclude:
      return each([](std::uint64_t x, std::uint64_t y) { return x ^ y; });
  }
}

void combine_as_bits(SetOp op, const RunList* masks, std::int64_t k,
                     Buffer<std::uint32_t>& counts) {
  std::int64_t runs = 0;
  for (std::int64_t i = 0; i < k; i++) runs += masks[i].n;
  if (static_cast<double>(k) * static_cast<double>(masks[0].size.area()) <
      static_cast<double>(tuning::decode_dense_run) * static_cast<double>(runs)) {
    combine_short_runs(op, masks, k, counts);
    return;
  }
  const std::int64_t parity = op == SetOp::intersect ? 0 : 1;  // of the runs that are written
  std::int64_t pixels = 0;
  std::int64_t spans = 0;
  for (std::int64_t i = 0; i < k; i++) {
    for (std::int64_t m = parity; m < masks[i].n; m += 2) pixels += masks[i].counts[m];
    spans += (masks[i].n + 1) / 2;
  }
  if (static_cast<double>(pixels) > tuning::combine_depth_span * static_cast<double>(spans)) {
    combine<SpanMode::depth>(op, masks, k, counts);
  } else {
    combine<SpanMode::fill>(op, masks, k, counts);
  }
}

}  // namespace me::cpu
