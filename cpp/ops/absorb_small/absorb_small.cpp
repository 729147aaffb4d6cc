#include "ops/absorb_small/absorb_small.h"

#include <utility>
#include <vector>

#include "base/parallel.h"
#include "ops/absorb_small/region_graph.h"

namespace me::cpu {
namespace {

std::uint64_t sign_bit(Element element) {
  switch (element) {
    case Element::i8:
      return std::uint64_t{1} << 7;
    case Element::i16:
      return std::uint64_t{1} << 15;
    case Element::i32:
      return std::uint64_t{1} << 31;
    case Element::i64:
      return std::uint64_t{1} << 63;
    default:
      return 0;
  }
}

// Small regions of the values that are left, merged where that is asked for.
void decide(RowComponents& found, const AbsorbRule& rule, Element element, NewValues& to) {
  RegionGraph graph(found, rule.limits, rule.corners, sign_bit(element));
  if (!graph.any()) return;
  if (rule.to_neighbours) graph.absorb();
  for (std::int64_t c = 1; c <= found.n(); c++) {
    if (!graph.was_small(c)) continue;
    const std::uint64_t value = rule.to_neighbours ? graph.value(static_cast<std::uint32_t>(c)) : 0;
    if (value != found.value(c - 1)) to.set(c, value);
  }
}

void absorb_item(const MutableMaskView& maps, std::int64_t i, const AbsorbRule& rule,
                 const Exec& exec, RegionChanges& changes) {
  char* data = maps.data + i * maps.item_stride;
  const DenseItem item{
      data, maps.element, {maps.height, maps.width}, maps.row_stride, maps.column_stride};
  ComponentOptions options;
  options.joining.corners = rule.corners;
  options.valued = true;
  RowComponents found(item, options, exec);
  NewValues to(found.n());
  decide(found, rule, maps.element, to);
  std::int64_t count = 0;
  for (std::int64_t c = 1; c <= found.n(); c++) {
    if (to.changed[c] == 0) continue;
    changes.add_rows(found.sums(c - 1), found.value(c - 1), to.values[c]);
    count++;
  }
  changes.counts.push_back(count);
  if (count > 0) {
    found.repaint(to.changed.data(), to.values.data(), data, maps.row_stride, maps.column_stride,
                  exec);
  }
}

}  // namespace

RegionChanges absorb_small(const MutableMaskView& maps, const AbsorbRule& rule, const Exec& exec) {
  // Maps go to threads one by one; a few large ones are cut into strips instead.
  const bool whole = maps.n >= exec.threads;
  const double cost =
      500 + 0.3 * double(element_bytes(maps.element)) * double(maps.height) * double(maps.width);
  const std::int64_t chunks = whole ? chunk_count(exec, maps.n, cost) : 1;
  std::vector<RegionChanges> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, maps.n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      absorb_item(maps, i, rule, whole ? Exec{} : exec, parts[static_cast<std::size_t>(c)]);
    }
  });
  return join(std::move(parts));
}

}  // namespace me::cpu
