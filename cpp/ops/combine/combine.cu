#include "ops/combine/combine.h"

#include "runs/run_words.cuh"

namespace me::cuda {
namespace {

using cpu::SetOp;

ME_HD std::uint64_t combined(SetOp op, std::uint64_t a, std::uint64_t b) {
  switch (op) {
    case SetOp::unite:
      return a | b;
    case SetOp::intersect:
      return a & b;
    case SetOp::subtract:
      return a & ~b;
    default:
      return a ^ b;
  }
}

ME_HD bool combined(SetOp op, bool a, bool b) {
  return (combined(op, std::uint64_t{a}, std::uint64_t{b}) & 1) != 0;
}

struct PairWords {
  SetOp op;
  RunWords a, b;
  bool one_a, one_b;  // a batch of one pairs with every item of the other

  ME_HD Word operator()(const WordGrid& grid, WordGrid::Place place) const {
    WordGrid::Place first = place;
    WordGrid::Place second = place;
    if (one_a) first.item = 0;
    if (one_b) second.item = 0;
    const Word p = a(grid, first);
    const Word q = b(grid, second);
    return {combined(op, p.bits, q.bits), combined(op, p.before, q.before)};
  }
};

// Group g combines masks[members[k]], k in [begins[g], begins[g + 1]), in this order.
struct GroupWords {
  SetOp op;
  RunWords masks;
  const std::int64_t* members;
  const std::int64_t* begins;

  ME_HD Word operator()(const WordGrid& grid, WordGrid::Place place) const {
    std::int64_t k = begins[place.item];
    const std::int64_t end = begins[place.item + 1];
    const bool full = op == SetOp::intersect && k == end;  // what is in all of no masks
    Word word{full ? ~std::uint64_t{0} : 0, full && (place.x != 0 || place.y != 0)};
    for (bool first = true; k < end; k++, first = false) {
      const Word next = masks(grid, {members[k], place.x, place.y});
      word.bits = first ? next.bits : combined(op, word.bits, next.bits);
      word.before = first ? next.before : combined(op, word.before, next.before);
    }
    return word;
  }
};

struct OtherWords {
  RunWords masks;

  ME_HD Word operator()(const WordGrid& grid, WordGrid::Place place) const {
    const Word word = masks(grid, place);
    return {~word.bits, !word.before && (place.x != 0 || place.y != 0)};
  }
};

}  // namespace

DeviceRuns combine_pairs(const Queue& queue, cpu::SetOp op, const DeviceRunsView& a,
                         const DeviceRunsView& b, Size size) {
  const RunPositions found_a = positions_of(queue, a, size.height, size.width);
  const RunPositions found_b = positions_of(queue, b, size.height, size.width);
  const std::int64_t n = a.n == 1 ? b.n : a.n;
  return runs_of(queue, WordGrid{n, size.height, size.width},
                 PairWords{op, RunWords(a, found_a), RunWords(b, found_b), a.n == 1, b.n == 1});
}

DeviceRuns combine_groups(const Queue& queue, cpu::SetOp op, const DeviceRunsView& masks,
                          const std::int64_t* members, const std::int64_t* begins,
                          std::int64_t group_count, Size size) {
  const RunPositions found = positions_of(queue, masks, size.height, size.width);
  return runs_of(queue, WordGrid{group_count, size.height, size.width},
                 GroupWords{op, RunWords(masks, found), members, begins});
}

DeviceRuns complement(const Queue& queue, const DeviceRunsView& masks, Size size) {
  const RunPositions found = positions_of(queue, masks, size.height, size.width);
  return runs_of(queue, WordGrid{masks.n, size.height, size.width},
                 OtherWords{RunWords(masks, found)});
}

}  // namespace me::cuda
