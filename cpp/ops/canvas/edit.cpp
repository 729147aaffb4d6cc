#include "ops/canvas/edit.h"

#include <algorithm>
#include <cstring>

#include "base/interrupt.h"
#include "base/values.h"
#include "ops/canvas/stretches.h"

namespace me::cpu {

void find_changes(LabelMap& labels, const Buffer<RowSpan>& spans, const Paint& paint,
                  const Rules& rules, Changes& changes, LabelMap::Access access) {
  with_unsigned(labels.bytes(), [&](auto zero) {
    std::uint64_t last = paint.label;  // the label asked about last, and whether it may change
    bool may_change = false;
    for (const RowSpan& span : spans) {
      const auto y = static_cast<std::int32_t>(span.y);
      for_stretches<decltype(zero)>(
          labels, access, span.y, span.begin, span.end,
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
      poll(5.0 * static_cast<double>(span.end - span.begin));
    }
  });
}

void find_changes_everywhere(LabelMap& labels, const Paint& paint, const Rules& rules,
                             Changes& changes) {
  constexpr std::int64_t block = LabelMap::block;
  const PixelBox& box = rules.box;
  const std::int64_t columns =
      labels.is_tiled() ? block : std::max<std::int64_t>(labels.size().width, 1);
  Buffer<RowSpan> rows;
  Buffer<RowSpan> inside;
  for (std::int64_t top = box.top / block * block; top < box.bottom; top += block) {
    for (std::int64_t left = box.left / columns * columns; left < box.right; left += columns) {
      rows.clear();
      inside.clear();
      const std::int64_t bottom = std::min(top + block, labels.size().height);
      const std::int64_t right = std::min(left + columns, labels.size().width);
      for (std::int64_t y = top; y < bottom; y++) rows.push_back({y, left, right});
      rules.cut(rows, inside);
      find_changes(labels, inside, paint, rules, changes, LabelMap::Access::peek);
    }
  }
  put_in_order(changes);
  fetch(labels, changes);
}

void fetch(LabelMap& labels, const Changes& changes) {
  if (!labels.is_tiled()) return;
  for (const Change& change : changes) {
    for (std::int64_t x = change.begin; x < change.end;) {
      x = labels.at(change.y, x, LabelMap::Access::read).end;
    }
  }
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
        with_unsigned(bytes, [&](auto zero) {
          zero = static_cast<decltype(zero)>(label);
          for (std::int64_t i = x; i < stop; i++, at += step) std::memcpy(at, &zero, sizeof zero);
        });
      }
      x = stop;
    }
  }
}

}  // namespace me::cpu
