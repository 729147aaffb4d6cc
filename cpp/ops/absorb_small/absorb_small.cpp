#include "ops/absorb_small/absorb_small.h"

#include "base/poll_some.h"
#include "ops/absorb_small/region_graph.h"

namespace me::cpu {
namespace {

// Small regions of the values that are left, merged where that is asked for.
void decide(RowComponents& found, const AbsorbRule& rule, Element element, NewValues& to) {
  RegionGraph graph(found, rule.limits, element);
  if (!graph.any()) return;
  if (rule.to_neighbours) graph.absorb(found, rule.corners);
  for (std::int64_t c = 1; c <= found.n(); c++) {
    poll_some(c, 10);
    if (!graph.was_small(c)) continue;
    const std::uint64_t value = rule.to_neighbours ? graph.value(static_cast<std::uint32_t>(c)) : 0;
    if (value != found.value(c - 1)) to.set(c, value);
  }
}

void absorb_item(const MutableMaskView& maps, std::int64_t i, const AbsorbRule& rule,
                 const Exec& exec, RegionChanges& changes) {
  ComponentOptions options;
  options.joining.corners = rule.corners;
  options.valued = true;
  RowComponents found(item_of(maps, i), options, exec);
  NewValues to(found.n());
  decide(found, rule, maps.element, to);
  apply(to, found, maps, i, true, exec, changes);
}

}  // namespace

RegionChanges absorb_small(const MutableMaskView& maps, const AbsorbRule& rule, const Exec& exec) {
  return change_masks(maps, 0.3, exec,
                      [&](std::int64_t i, const Exec& inner, RegionChanges& changes) {
                        absorb_item(maps, i, rule, inner, changes);
                      });
}

}  // namespace me::cpu
