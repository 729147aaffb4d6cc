#include "ops/clean/clean.h"

#include "ops/clean/choose.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

// The one value that surrounds each hole; holes between several are no longer marked.
class Surroundings {
 public:
  Surroundings(const DenseItem& item, NewValues& to) : item_(item), to_(to) {}

  void add_run(std::int64_t y, std::uint32_t begin, std::uint32_t end, std::uint32_t component) {
    see(y, begin - 1, component);
    see(y, end, component);
    for (std::uint32_t x = begin; x < end; x++) {
      see(y - 1, x, component);
      see(y + 1, x, component);
    }
  }

 private:
  void see(std::int64_t y, std::int64_t x, std::uint32_t component) {
    const std::uint64_t value = value_at(item_, y, x);
    if (value == 0) return;
    std::uint64_t& known = to_.values[component];
    if (known == 0) known = value;  // none seen yet
    if (known != value) to_.changed[component] = 0;
  }

  const DenseItem& item_;
  NewValues& to_;
};

// Gives holes the value to fill them with: that of the pixel to the left of the first one, and in a
// label map the one that surrounds the hole.
void set_fillings(const DenseItem& item, RowComponents& found, const CleanRule& rule,
                  const Buffer<std::uint8_t>& chosen, NewValues& to) {
  bool any = false;
  for (std::int64_t k = 0; k < found.n(); k++) {
    if (chosen[k] == 0) continue;
    any = true;
    const Sums& sums = found.sums(k);
    to.set(k + 1, rule.valued ? 0 : value_at(item, sums.line_begin, sums.first_along - 1));
  }
  if (!any || !rule.valued) return;
  Surroundings surroundings(item, to);
  found.for_each_row([&](std::int64_t y, const Line& line) {
    for (std::int64_t k = 0; k < line.n; k++) {
      if (to.changed[line.labels[k]] == 0) continue;
      surroundings.add_run(y, line.bounds[2 * k], line.bounds[2 * k + 1], line.labels[k]);
    }
  });
}

void clean_item(const MutableMaskView& masks, std::int64_t i, const CleanRule& rule,
                const Exec& exec, RegionChanges& changes) {
  const DenseItem item = item_of(masks, i);
  const bool holes = rule.kind == CleanRule::Kind::holes;
  ComponentOptions options;
  options.joining.corners = holes ? !rule.corners : rule.corners;  // what fills holes is dual
  options.valued = rule.valued && !holes;
  options.inverted = holes;
  RowComponents found(item, options, exec);
  const Buffer<std::uint8_t> chosen =
      choose(found, rule, item.size.width, item.size.height,
             [&](std::int64_t k) { return options.valued ? found.value(k) : 1; });
  NewValues to(found.n());
  if (holes) {
    set_fillings(item, found, rule, chosen, to);
  } else {
    for (std::int64_t k = 0; k < found.n(); k++) {
      poll_some(k, 5);
      if (chosen[k] != 0) to.set(k + 1, 0);
    }
  }
  apply(to, found, masks, i, rule.reported, exec, changes);
}

}  // namespace

RegionChanges clean(const MutableMaskView& masks, const CleanRule& rule, const Exec& exec) {
  return change_masks(masks, 0.15, exec,
                      [&](std::int64_t i, const Exec& inner, RegionChanges& changes) {
                        clean_item(masks, i, rule, inner, changes);
                      });
}

}  // namespace me::cpu
