// Masks that are bits vote 64 pixels at a time: numbers are counted in planes of their digits, and
// what a few masks say is read from a table, half of which is left with each of them.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "ops/vote/tallies.h"
#include "ops/vote/vote.h"
#include "runs/bits.h"

namespace me::cpu {
namespace {

using Words = std::uint64_t;

constexpr std::int64_t piece_words = 512;  // what is held of each stretch stays in the first cache
constexpr std::int64_t most_digits = 32;   // of a number of masks
constexpr std::int64_t most_in_table = 6;  // masks: a table is one word

// The digits of numbers below 2^32, a plane of bits for each, and the place of a stretch in masks.
class Counter {
 public:
  void clear(std::int64_t n) {
    n_ = n;
    digits_ = 0;
  }

  // Adds one where a bit is set.
  void add(const Words* mask) {
    std::copy_n(mask, n_, carry_);
    for (std::int64_t d = 0; d < digits_; d++) {
      Words* const plane = planes_[d];
      for (std::int64_t w = 0; w < n_; w++) {
        const Words carried = plane[w] & carry_[w];
        plane[w] ^= carry_[w];
        carry_[w] = carried;
      }
    }
  }
  // One more digit: zero everywhere.
  void widen() { std::fill_n(planes_[digits_++], n_, Words{0}); }

  // Where the number is k or more; 0 < k.
  void at_least(std::int64_t k, Words* out) {
    std::fill_n(out, n_, Words{0});
    std::fill_n(carry_, n_, ~Words{0});  // where all digits so far are those of k
    for (std::int64_t d = digits_ - 1; d >= 0; d--) {
      const Words of_k = (k >> d & 1) != 0 ? ~Words{0} : 0;
      for (std::int64_t w = 0; w < n_; w++) {
        out[w] |= carry_[w] & planes_[d][w] & ~of_k;
        carry_[w] &= ~(planes_[d][w] ^ of_k);
      }
    }
    for (std::int64_t w = 0; w < n_; w++) out[w] |= carry_[w];
  }

 private:
  std::int64_t n_ = 0;
  std::int64_t digits_ = 0;
  Words planes_[most_digits][piece_words];
  Words carry_[piece_words];
};

void count_piece(const Buffer<const Words*>& members, std::int64_t k, std::int64_t begin,
                 std::int64_t n, Counter& counter, Words* out) {
  counter.clear(n);
  for (std::int64_t i = 0; i < members.size(); i++) {
    if ((i & (i + 1)) == 0) counter.widen();  // i + 1 has a digit more than i
    counter.add(members[i] + begin);
    poll(static_cast<double>(n));
  }
  counter.at_least(k, out);
}

// Writes what a table of n masks says: bit b is of pixels in just those masks that b has bits of.
void look_up_piece(Words table, const Words* const* masks, std::int64_t n, std::int64_t begin,
                   std::int64_t words, Words* out) {
  const std::int64_t sets = std::int64_t{1} << n;
  const Words all = sets == 64 ? ~Words{0} : (Words{1} << sets) - 1;
  if (table == 0 || table == all) {
    std::fill_n(out, words, table == 0 ? Words{0} : ~Words{0});
    return;
  }
  const std::int64_t half = sets / 2;
  const Words without = table & ((Words{1} << half) - 1);
  const Words with = table >> half;
  look_up_piece(without, masks, n - 1, begin, words, out);
  if (with == without) return;
  Words inside[piece_words];
  look_up_piece(with, masks, n - 1, begin, words, inside);
  const Words* const mask = masks[n - 1] + begin;
  for (std::int64_t w = 0; w < words; w++) out[w] = (out[w] & ~mask[w]) | (inside[w] & mask[w]);
}

// Calls work(g, begin, n, out) for stretches of n words of the results.
template <class Work>
std::optional<PackedMasks> for_pieces(const PackedView& masks, const Groups& groups,
                                      const std::optional<Size>& size, const Exec& exec,
                                      Work work) {
  std::optional<PackedMasks> out = groups.results(masks, size);
  if (!out) return std::nullopt;
  const std::int64_t results = groups.n();
  const double cost =
      100 + 2 * double(masks.total_words()) / double(std::max<std::int64_t>(results, 1));
  for_ranges(exec, results, cost, [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t g = first; g < end; g++) {
      const auto members = groups.members(masks, g);
      const std::int64_t area = out->view().size(g).area();
      const std::int64_t words = words_for(area);
      for (std::int64_t begin = 0; begin < words; begin += piece_words) {
        work(g, members, begin, std::min(piece_words, words - begin), out->mask(g) + begin);
      }
      clear_tail(out->mask(g), area);
    }
  });
  return out;
}

bool fit_tables(const Groups& groups) {
  for (std::int64_t g = 0; g < groups.n(); g++) {
    if (groups.offsets[g + 1] - groups.offsets[g] > most_in_table) return false;
  }
  return true;
}

// tally_of(g, n) gives the tally of group g of n masks.
template <class TallyOf>
std::optional<PackedMasks> by_tables(const PackedView& masks, const Groups& groups,
                                     const std::optional<Size>& size, const Exec& exec,
                                     TallyOf tally_of) {
  if (!fit_tables(groups)) return std::nullopt;
  Buffer<Words> tables;
  for (std::int64_t g = 0; g < groups.n(); g++) {
    const std::int64_t n = groups.offsets[g + 1] - groups.offsets[g];
    tables.push_back(kept_sets(tally_of(g, n), n));
  }
  return for_pieces(masks, groups, size, exec,
                    [&](std::int64_t g, const Buffer<const Words*>& members, std::int64_t begin,
                        std::int64_t n, Words* out) {
                      look_up_piece(tables[g], members.data(), members.size(), begin, n, out);
                      poll(2 * static_cast<double>(n * (members.size() + 1)));
                    });
}

}  // namespace

std::optional<PackedMasks> at_least(const PackedView& masks, std::int64_t k, const GroupsOf& of,
                                    const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  return for_pieces(masks, groups, of.size, exec,
                    [k](std::int64_t, const Buffer<const Words*>& members, std::int64_t begin,
                        std::int64_t n, Words* out) {
                      if (k <= 0 || k > members.size()) {
                        std::fill_n(out, n, k <= 0 ? ~Words{0} : Words{0});
                        return;
                      }
                      Counter& counter = kept_by_thread<Counter>([] {});
                      count_piece(members, k, begin, n, counter, out);
                    });
}

std::optional<PackedMasks> weigh(const PackedView& masks, const WideNumber* weights,
                                 WideNumber threshold, const GroupsOf& of, const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  const Buffer<WideNumber> sorted = by_group(groups, weights);
  return by_tables(masks, groups, of.size, exec, [&](std::int64_t g, std::int64_t) {
    return WeightTally{sorted.data() + groups.offsets[g], threshold};
  });
}

std::optional<PackedMasks> look_up(const PackedView& masks, const std::uint8_t* table,
                                   std::int64_t k, const GroupsOf& of, const Exec& exec) {
  const Groups groups = groups_of(masks, of.group_of, of.count, of.size);
  check_axes(groups, k);
  return by_tables(masks, groups, of.size, exec,
                   [table](std::int64_t, std::int64_t n) { return TableTally{table, n}; });
}

}  // namespace me::cpu
