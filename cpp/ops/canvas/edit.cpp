#include "ops/canvas/edit.h"

#include <algorithm>

#include "base/values.h"
#include "ops/canvas/stretches.h"

namespace me::cpu {
void find_changes(LabelMap& labels, const Buffer<RowSpan>& spans, const Paint& paint,
                  const Rules& rules, Changes& changes) {
  with_unsigned(labels.bytes(), [&](auto zero) {
    std::uint64_t last = paint.label;  // the label asked about last, and whether it may change
    bool may_change = false;
    for (const RowSpan& span : spans) {
      const auto y = static_cast<std::int32_t>(span.y);
      for_stretches<decltype(zero)>(
          labels, LabelMap::Access::read, span.y, span.begin, span.end,
          [&](std::uint64_t label, std::int64_t begin, std::int64_t end) {
            if (label != last) {
              last = label;
              may_change =
                  label != paint.label && (!paint.old || label == *paint.old) && rules.allow(label);
            }
            if (!may_change) return;
            add_in_order(changes, {y, static_cast<std::int32_t>(begin),
                                   static_cast<std::int32_t>(end), label, paint.label});
          });
    }
  });
}

bool matches(LabelMap& labels, const Changes& changes, bool backwards) {
  bool all = true;
  with_unsigned(labels.bytes(), [&](auto zero) {
    for (const Change& change : changes) {
      const std::uint64_t expected = backwards ? change.after : change.before;
      for_stretches<decltype(zero)>(
          labels, LabelMap::Access::read, change.y, change.begin, change.end,
          [&](std::uint64_t label, std::int64_t, std::int64_t) { all &= label == expected; });
      if (!all) return;
    }
  });
  return all;
}

void write(LabelMap& labels, const Changes& changes, bool backwards) {
  const std::int64_t step = labels.step();
  const std::int64_t bytes = labels.bytes();
  for (const Change& change : changes) {
    const std::uint64_t label = backwards ? change.before : change.after;
    for (std::int64_t x = change.begin; x < change.end;) {
      const LabelMap::Stretch stretch = labels.at(change.y, x, LabelMap::Access::write);
      const std::int64_t stop = std::min<std::int64_t>(change.end, stretch.end);
      char* at = stretch.data;
      if (step == bytes) {
        set_values(at, stop - x, bytes, label);
      } else {
        for (std::int64_t i = x; i < stop; i++, at += step) set_values(at, 1, bytes, label);
      }
      x = stop;
    }
  }
}

}  // namespace me::cpu
