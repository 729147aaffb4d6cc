#include "ops/combine/combine.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "ops/combine/paths.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/copy.h"
#include "runs/groups.h"

namespace me::cpu {
namespace {

[[noreturn]] void throw_mismatch(const char* parameter, std::int64_t index, Size wanted, Size got,
                                 const std::string& source) {
  throw Error(ErrorKind::shape_mismatch, parameter,
              "expected the size " + text_of(wanted) + " of " + source + ", got " + text_of(got),
              index);
}

// Checks the pairs of two batches in either form, and gives their number.
template <class View>
std::int64_t checked_pairs(const View& a, const View& b) {
  if (a.n != b.n && a.n != 1 && b.n != 1) {
    throw Error(
        ErrorKind::shape_mismatch, "b",
        "expected " + std::to_string(a.n) + " masks, as in a, or one, got " + std::to_string(b.n));
  }
  const std::int64_t n = a.n == 1 ? b.n : a.n;
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t ia = a.n == 1 ? 0 : i;
    const std::int64_t ib = b.n == 1 ? 0 : i;
    if (a.size(ia) != b.size(ib)) {
      throw_mismatch("b", ib, a.size(ia), b.size(ib), "a[" + std::to_string(ia) + "]");
    }
  }
  return n;
}

constexpr std::int64_t words_at_once = 1 << 14;

// Combines k masks of `n` words, k >= 1.
void join_masks(SetOp op, const std::uint64_t* const* masks, std::int64_t k, std::int64_t n,
                std::uint64_t* out) {
  for (std::int64_t begin = 0; begin < n; begin += words_at_once) {
    const std::int64_t piece = std::min(words_at_once, n - begin);
    if (k == 1) std::copy_n(masks[0] + begin, piece, out + begin);
    for (std::int64_t i = 1; i < k; i++) {
      const std::uint64_t* const so_far = i == 1 ? masks[0] : out;
      join_words(op, so_far + begin, masks[i] + begin, piece, out + begin);
      poll(static_cast<double>(piece));
    }
  }
}

void fill_words(std::uint64_t* words, std::int64_t area, bool value) {
  std::fill(words, words + words_for(area), value ? ~std::uint64_t{0} : 0);
  clear_tail(words, area);
}

double mean_cost(const RunsView& masks, std::int64_t items) {
  double area = 0;
  for (std::int64_t i = 0; i < masks.n; i++) area += static_cast<double>(masks.size(i).area());
  return combine_cost(masks.total_counts(), static_cast<std::int64_t>(area)) /
         static_cast<double>(std::max<std::int64_t>(items, 1));
}

void append_complement(const RunList& runs, Buffer<std::uint32_t>& counts) {
  if (runs.n > 0 && runs.size.area() > 0) {  // only a first run may be empty
    const std::int64_t start = counts.size();
    const std::int64_t dropped = runs.counts[0] == 0 ? 1 : 0;
    std::uint32_t* out = counts.grow(runs.n + 1 - 2 * dropped);
    if (dropped == 0) *out++ = 0;
    if (copy_nonzero(runs.counts + dropped, runs.n - dropped, out)) return;
    counts.truncate(start);
  }
  RunBuilder builder(counts);
  bool value = true;
  std::int64_t left = runs.size.area();
  for (std::int64_t k = 0; k < runs.n; k++, value = !value) {
    const std::int64_t count = std::min<std::int64_t>(runs.counts[k], left);
    builder.append(value, count);
    left -= count;
  }
  builder.append(true, left);
  builder.finish();
}

}  // namespace

Runs combine_pairs(SetOp op, const RunsView& a, const RunsView& b, const Exec& exec) {
  const std::int64_t n = checked_pairs(a, b);
  const double cost = mean_cost(a, a.n) + mean_cost(b, b.n);
  return collect(exec, n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    const RunList pair[2] = {a[a.n == 1 ? 0 : i], b[b.n == 1 ? 0 : i]};
    return combine_masks(op, pair, 2, counts);
  });
}

Runs combine_groups(SetOp op, const RunsView& masks, const std::int64_t* group_of,
                    std::int64_t group_count, const std::optional<Size>& size, const Exec& exec) {
  const Groups groups = groups_of(masks, group_of, group_count, size);
  const std::int64_t n = groups.n();
  return collect(exec, n, mean_cost(masks, n), [&](std::int64_t g, Buffer<std::uint32_t>& counts) {
    const Buffer<RunList> members = groups.members(masks, g);
    if (members.empty()) {
      RunBuilder builder(counts);
      builder.append(op == SetOp::intersect, size->area());
      builder.finish();
      return *size;
    }
    return combine_masks(op, members.data(), members.size(), counts);
  });
}

Size combine_masks(SetOp op, const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts) {
  std::int64_t runs = 0;
  for (std::int64_t i = 0; i < k; i++) runs += masks[i].n;
  const Size size = masks[0].size;
  const double words = static_cast<double>(size.area()) / 64;
  const double rounds = std::log2(static_cast<double>(k));
  const double as_runs = tuning::combine_round_ns * rounds;  // per run
  const double saved = (as_runs - tuning::combine_bits_run_ns) * static_cast<double>(runs);
  if (saved > tuning::combine_bits_word_ns * words) {
    combine_as_bits(op, masks, k, counts);
  } else {
    combine_as_runs(op, masks, k, counts);
  }
  return size;
}

double combine_cost(std::int64_t runs, std::int64_t area) {
  return std::min(2.5 * static_cast<double>(runs),
                  1.5 * static_cast<double>(runs) + 0.02 * static_cast<double>(area));
}

Runs complement(const RunsView& masks, const Exec& exec) {
  const double runs_each = masks.n == 0 ? 0.0 : double(masks.total_counts()) / double(masks.n);
  return collect(exec, masks.n, 20.0 + 0.5 * runs_each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   append_complement(masks[i], counts);
                   return masks.size(i);
                 });
}

PackedMasks combine_pairs(SetOp op, const PackedView& a, const PackedView& b, const Exec& exec) {
  const std::int64_t n = checked_pairs(a, b);
  PackedMasks out(a.n == 1 ? b.sizes : a.sizes, n);
  for_ranges(exec, n, 100 + out.view().mean_words(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const std::uint64_t* const pair[2] = {a.mask(a.n == 1 ? 0 : i), b.mask(b.n == 1 ? 0 : i)};
      join_masks(op, pair, 2, out.offsets[i + 1] - out.offsets[i], out.mask(i));
    }
  });
  return out;
}

std::optional<PackedMasks> combine_groups(SetOp op, const PackedView& masks,
                                          const std::int64_t* group_of, std::int64_t group_count,
                                          const std::optional<Size>& size, const Exec& exec) {
  const Groups groups = groups_of(masks, group_of, group_count, size);
  const std::int64_t n = groups.n();
  std::optional<PackedMasks> out = groups.results(masks, size);
  if (!out) return std::nullopt;
  const double cost = 100 + double(masks.total_words()) / double(std::max<std::int64_t>(n, 1));
  for_ranges(exec, n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t g = begin; g < end; g++) {
      const Buffer<const std::uint64_t*> members = groups.members(masks, g);
      if (members.empty()) {
        fill_words(out->mask(g), size->area(), op == SetOp::intersect);
      } else {
        join_masks(op, members.data(), members.size(), out->offsets[g + 1] - out->offsets[g],
                   out->mask(g));
      }
    }
  });
  return out;
}

PackedMasks complement(const PackedView& masks, const Exec& exec) {
  PackedMasks out(masks.sizes, masks.n);
  for_ranges(exec, masks.n, 100 + masks.mean_words(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const std::uint64_t* const from = masks.mask(i);
      std::uint64_t* const to = out.mask(i);
      const std::int64_t area = masks.size(i).area();
      const std::int64_t n = words_for(area);
      for (std::int64_t k = 0; k < n; k++) to[k] = ~from[k];
      clear_tail(to, area);
    }
  });
  return out;
}

}  // namespace me::cpu
