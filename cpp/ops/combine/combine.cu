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
  static constexpr bool one_size = false;
  SetOp op;
  RunWords a, b;
  bool one_a, one_b;  // a batch of one pairs with every item of the other

  ME_HD Word operator()(const WordGrid::Place& place) const {
    const Word p = a.at(one_a ? 0 : place.item, place.x, place.y);
    const Word q = b.at(one_b ? 0 : place.item, place.x, place.y);
    return {combined(op, p.bits, q.bits), combined(op, p.before, q.before)};
  }
};

// Group g combines masks[members[k]], k in [begins[g], begins[g + 1]), in this order.
struct GroupWords {
  static constexpr bool one_size = false;
  SetOp op;
  RunWords masks;
  const std::int64_t* members;
  const std::int64_t* begins;

  ME_HD Word operator()(const WordGrid::Place& place) const {
    std::int64_t k = begins[place.item];
    const std::int64_t end = begins[place.item + 1];
    const bool full = op == SetOp::intersect && k == end;  // what is in all of no masks
    Word word{full ? ~std::uint64_t{0} : 0, full && (place.x != 0 || place.y != 0)};
    for (bool first = true; k < end; k++, first = false) {
      const Word next = masks.at(members[k], place.x, place.y);
      word.bits = first ? next.bits : combined(op, word.bits, next.bits);
      word.before = first ? next.before : combined(op, word.before, next.before);
    }
    return word;
  }
};

struct OtherWords {
  static constexpr bool one_size = false;
  RunWords masks;

  ME_HD Word operator()(const WordGrid::Place& place) const {
    const Word word = masks(place);
    return {~word.bits, !word.before && (place.x != 0 || place.y != 0)};
  }
};

// Masks as words, and what these are read from.
struct Held {
  HeldGrid<WordGrid> held;
  RunPositions found;
  RunWords words;

  Held(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes)
      : held(columns_of(queue, sizes, masks.n)),
        found(positions_of(queue, masks, held.grid)),
        words(masks, held.grid, found) {}
};

}  // namespace

DeviceRuns combine_pairs(const Queue& queue, cpu::SetOp op, const DeviceRunsView& a,
                         const DeviceRunsView& b, const std::int64_t* sizes_a,
                         const std::int64_t* sizes_b) {
  const Held first(queue, a, sizes_a);
  const Held second(queue, b, sizes_b);
  const WordGrid& grid = a.n == 1 ? second.held.grid : first.held.grid;
  return runs_of(queue, grid, PairWords{op, first.words, second.words, a.n == 1, b.n == 1});
}

DeviceRuns combine_groups(const Queue& queue, cpu::SetOp op, const DeviceRunsView& masks,
                          const std::int64_t* sizes, const DeviceGroups& groups) {
  const Held held(queue, masks, sizes);
  const HeldGrid<WordGrid> result = columns_of(queue, groups.sizes, groups.n);
  return runs_of(queue, result.grid, GroupWords{op, held.words, groups.members, groups.begins});
}

DeviceRuns complement(const Queue& queue, const DeviceRunsView& masks, const std::int64_t* sizes) {
  const Held held(queue, masks, sizes);
  return runs_of(queue, held.held.grid, OtherWords{held.words});
}

}  // namespace me::cuda
