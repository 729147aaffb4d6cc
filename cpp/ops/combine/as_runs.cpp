#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "ops/combine/paths.h"
#include "runs/exclusion.h"
#include "runs/merge.h"
#include "runs/overlap.h"

namespace me::cpu {
namespace {

// All but the symmetric difference are overlaps: a or b is what is not in the overlap of the
// backgrounds.
void merge(SetOp op, const RunList& a, const RunList& b, Buffer<std::uint32_t>& counts) {
  constexpr Side in = Side::foreground;
  constexpr Side out = Side::background;
  switch (op) {
    case SetOp::unite:
      if (!append_overlap(a, out, b, out, out, counts)) merge_runs<Unite>(a, b, counts);
      return;
    case SetOp::intersect:
      if (!append_overlap(a, in, b, in, in, counts)) merge_runs<Intersect>(a, b, counts);
      return;
    case SetOp::subtract:
      if (!append_overlap(a, in, b, out, in, counts)) merge_runs<Subtract>(a, b, counts);
      return;
    case SetOp::exclude:
      if (!append_exclusion(a, b, counts)) merge_runs<Exclude>(a, b, counts);
      return;
  }
}

// Merges neighbours of equal rank as they come, like the carries of a binary counter: every run
// takes part in about log2(k) merges, and the order of the masks is kept.
class Tournament {
 public:
  explicit Tournament(SetOp op) : op_(op) {}

  void add(const RunList& runs) {
    entries_.push_back({runs, {}, 0});
    while (entries_.size() > 1 && entries_[entries_.size() - 2].rank == entries_.back().rank) {
      merge_last();
    }
  }

  // What the masks give together; at least one came. Valid as long as this is.
  RunList result() {
    while (entries_.size() > 1) merge_last();
    return entries_[0].runs;
  }

 private:
  struct Entry {
    RunList runs;  // a mask as it came, or `owned`
    Buffer<std::uint32_t> owned;
    int rank;
  };

  void merge_last() {
    const Entry right = std::move(entries_.back());
    entries_.pop_back();
    Entry& left = entries_.back();
    Buffer<std::uint32_t> merged;
    poll(2 * static_cast<double>(left.runs.n + right.runs.n));
    merge(op_, left.runs, right.runs, merged);
    left.owned = std::move(merged);
    left.runs = {left.owned.data(), left.owned.size(), left.runs.size};
    left.rank++;
  }

  SetOp op_;
  std::vector<Entry> entries_;
};

}  // namespace

void combine_as_runs(SetOp op, const RunList* masks, std::int64_t k,
                     Buffer<std::uint32_t>& counts) {
  if (k == 2) return merge(op, masks[0], masks[1], counts);
  const RunList& first = masks[0];
  if (k == 1) {
    const std::uint32_t background = 0;
    // A mask without foreground; its counts stop short, which reads as background.
    return merge(SetOp::unite, first, {&background, 0, first.size}, counts);
  }
  // What is taken away from the first may be joined before.
  Tournament tournament(op == SetOp::subtract ? SetOp::unite : op);
  const std::int64_t half = op == SetOp::subtract ? 1 : k / 2;
  for (std::int64_t i = half; i < k; i++) tournament.add(masks[i]);
  if (op == SetOp::subtract) return merge(op, first, tournament.result(), counts);
  Tournament others(op);
  for (std::int64_t i = 0; i < half; i++) others.add(masks[i]);
  merge(op, others.result(), tournament.result(), counts);
}

}  // namespace me::cpu
