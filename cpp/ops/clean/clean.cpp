#include "ops/clean/clean.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/values.h"

namespace me::cpu {
namespace {

std::uint64_t value_at(const DenseItem& item, std::int64_t y, std::int64_t x) {
  std::uint64_t value = 0;
  const char* from = item.data + y * item.row_stride + x * item.column_stride;
  with_unsigned(element_bytes(item.element), [&](auto zero) {
    using T = decltype(zero);
    T narrow;
    std::memcpy(&narrow, from, sizeof(T));
    value = narrow;
  });
  return value;
}

// Marks components with fewer pixels than their value asks for.
void mark_small(RowComponents& found, const CleanRule& rule, NewValues& to) {
  for (std::int64_t c = 1; c <= found.n(); c++) {
    const std::uint64_t value = rule.valued ? found.value(c - 1) : 1;
    const auto area = static_cast<std::int64_t>(found.sums(c - 1).area);
    if (area < rule.limits.of(value)) to.set(c, 0);
  }
}

// Marks all but the k largest of each value; of equal ones the first in raster order stays.
void mark_all_but_largest(RowComponents& found, const CleanRule& rule, NewValues& to) {
  struct Entry {
    std::uint64_t value, area;
    std::int64_t component;
  };
  std::vector<Entry> entries;
  entries.reserve(static_cast<std::size_t>(found.n()));
  for (std::int64_t c = 1; c <= found.n(); c++) {
    entries.push_back({rule.valued ? found.value(c - 1) : 1, found.sums(c - 1).area, c});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.value != b.value) return a.value < b.value;
    return a.area != b.area ? a.area > b.area : a.component < b.component;
  });
  std::int64_t rank = 0;
  for (std::size_t i = 0; i < entries.size(); i++) {
    rank = i > 0 && entries[i].value == entries[i - 1].value ? rank + 1 : 0;
    if (rank >= rule.k) to.set(entries[i].component, 0);
  }
}

bool at_border(const Sums& sums, Size size) {
  return sums.along_begin == 0 || sums.line_begin == 0 || sums.along_end == size.width ||
         sums.line_end == size.height;
}

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

// Marks holes, with the value to fill them with: that of the pixel to the left of the first one.
void mark_holes(const DenseItem& item, RowComponents& found, const CleanRule& rule, NewValues& to) {
  bool any = false;
  for (std::int64_t c = 1; c <= found.n(); c++) {
    const Sums& sums = found.sums(c - 1);
    const bool is_hole = !at_border(sums, item.size);
    if (!is_hole || static_cast<std::int64_t>(sums.area) > rule.limits.otherwise) continue;
    any = true;
    to.set(c, rule.valued ? 0 : value_at(item, sums.line_begin, sums.first_along - 1));
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
  char* data = masks.data + i * masks.item_stride;
  const DenseItem item{
      data, masks.element, {masks.height, masks.width}, masks.row_stride, masks.column_stride};
  const bool holes = rule.kind == CleanRule::Kind::holes;
  ComponentOptions options;
  options.joining.corners = holes ? !rule.corners : rule.corners;  // what fills holes is dual
  options.valued = rule.valued && !holes;
  options.inverted = holes;
  RowComponents found(item, options, exec);
  NewValues to(found.n());
  if (holes) {
    mark_holes(item, found, rule, to);
  } else if (rule.kind == CleanRule::Kind::small) {
    mark_small(found, rule, to);
  } else {
    mark_all_but_largest(found, rule, to);
  }
  std::int64_t count = 0;
  for (std::int64_t c = 1; c <= found.n(); c++) {
    if (to.changed[c] == 0) continue;
    const Sums& sums = found.sums(c - 1);
    // The value of the first pixel stands for all: those of a mask may differ.
    const std::uint64_t before = value_at(item, sums.line_begin, sums.first_along);
    changes.add_rows(sums, before, to.values[c]);
    count++;
  }
  changes.counts.push_back(count);
  if (count > 0) {
    found.repaint(to.changed.data(), to.values.data(), data, masks.row_stride, masks.column_stride,
                  exec);
  }
}

}  // namespace

RegionChanges clean(const MutableMaskView& masks, const CleanRule& rule, const Exec& exec) {
  // Masks go to threads one by one; a few large ones are cut into strips instead.
  const bool whole = masks.n >= exec.threads;
  const double cost = 500 + 0.15 * double(element_bytes(masks.element)) * double(masks.height) *
                                double(masks.width);
  const std::int64_t chunks = whole ? chunk_count(exec, masks.n, cost) : 1;
  std::vector<RegionChanges> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, masks.n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      clean_item(masks, i, rule, whole ? Exec{} : exec, parts[static_cast<std::size_t>(c)]);
    }
  });
  return join(std::move(parts));
}

}  // namespace me::cpu
