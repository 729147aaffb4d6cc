#include "runs/region_changes.h"

#include <utility>

#include "base/poll_some.h"

namespace me {
namespace {

template <class T>
void append(Buffer<T>& to, const Buffer<T>& from) {
  to.append(from.data(), from.size());
}

}  // namespace

RegionChanges join(std::vector<RegionChanges>&& parts) {
  RegionChanges all = std::move(parts[0]);
  for (std::size_t i = 1; i < parts.size(); i++) {
    const RegionChanges& part = parts[i];
    all.stats.append(part.stats);
    append(all.before, part.before);
    append(all.after, part.after);
    append(all.counts, part.counts);
  }
  return all;
}

void apply(const NewValues& to, RowComponents& found, const MutableMaskView& masks, std::int64_t i,
           bool reported, const Exec& exec, RegionChanges& changes) {
  const DenseItem item = item_of(masks, i);
  std::int64_t count = 0;
  for (std::int64_t c = 1; c <= found.n(); c++) {
    poll_some(c, 10);
    if (to.changed[c] == 0) continue;
    count++;
    if (!reported) continue;
    const Sums& sums = found.sums(c - 1);
    // The value of the first pixel stands for all: those of a mask may differ.
    changes.add_rows(sums, value_at(item, sums.line_begin, sums.first_along), to.values[c]);
  }
  changes.counts.push_back(count);
  if (count == 0) return;
  found.repaint(to.changed.data(), to.values.data(), masks.data + i * masks.item_stride,
                masks.row_stride, masks.column_stride, exec);
}

}  // namespace me
