#include "ops/combine/combine.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "base/tuning.h"
#include "ops/combine/paths.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/copy.h"
#include "runs/groups.h"

namespace me::cpu {
namespace {

std::string text_of(Size size) {
  return "(" + std::to_string(size.height) + ", " + std::to_string(size.width) + ")";
}

[[noreturn]] void throw_mismatch(const char* parameter, std::int64_t index, Size wanted, Size got,
                                 const std::string& source) {
  throw Error(ErrorKind::shape_mismatch, parameter,
              "expected the size " + text_of(wanted) + " of " + source + ", got " + text_of(got),
              index);
}

void check_pairs(const RunsView& a, const RunsView& b, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t ia = a.n == 1 ? 0 : i;
    const std::int64_t ib = b.n == 1 ? 0 : i;
    if (a.size(ia) != b.size(ib)) {
      throw_mismatch("b", ib, a.size(ia), b.size(ib), "a[" + std::to_string(ia) + "]");
    }
  }
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
  if (a.n != b.n && a.n != 1 && b.n != 1) {
    throw Error(
        ErrorKind::shape_mismatch, "b",
        "expected " + std::to_string(a.n) + " masks, as in a, or one, got " + std::to_string(b.n));
  }
  const std::int64_t n = a.n == 1 ? b.n : a.n;
  check_pairs(a, b, n);
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

}  // namespace me::cpu
