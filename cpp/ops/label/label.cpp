#include "ops/label/label.h"

#include <algorithm>

#include "base/parallel.h"

namespace me::cpu {
namespace {

// Masks go to threads one by one; a few large ones are cut into strips instead.
bool by_item(std::int64_t items, const Exec& exec) { return items >= exec.threads; }

double item_cost(const MaskView& masks) {
  return 200 +
         0.1 * double(element_bytes(masks.element)) * double(masks.height) * double(masks.width);
}

// Whether what some rows show makes finding components in two rows at a time the faster way.
bool has_short_runs(const DenseItem& item) {
  if (item.size.area() == 0) return false;
  const std::int64_t samples = std::clamp<std::int64_t>(item.size.height / 16, 1, 16);
  RowLines rows(item, false);
  Buffer<std::uint64_t> changes(rows.words());
  std::int64_t n = 0;
  for (std::int64_t k = 0; k < samples; k++) {
    rows.find_changes((2 * k + 1) * item.size.height / (2 * samples), changes.data());
    n += bit_kernels().count(changes.data(), rows.words());
  }
  return pair_stretch * n > samples * item.size.width;
}

}  // namespace

Labelling::Labelling(const MaskView& masks, const ComponentOptions& options, const Exec& exec)
    : items_(static_cast<std::size_t>(masks.n)), options_(options) {
  const bool whole = by_item(masks.n, exec);
  const Exec inner = whole ? Exec{} : exec;
  const bool pairs =
      options.kept && options.joining.corners && !options.joining.measured && !options.valued;
  for_ranges(whole ? exec : Exec{}, masks.n, item_cost(masks),
             [&](std::int64_t begin, std::int64_t end) {
               for (std::int64_t i = begin; i < end; i++) {
                 const DenseItem item = item_of(masks, i);
                 Item& found = items_[static_cast<std::size_t>(i)];
                 if (pairs && has_short_runs(item)) {
                   found.pairs.emplace(item, inner);
                 } else {
                   found.rows.emplace(item, options, inner);
                 }
               }
             });
}

std::int64_t Labelling::most() const {
  std::int64_t most = 0;
  for (std::int64_t i = 0; i < items(); i++) most = std::max(most, n(i));
  return most;
}

void Labelling::paint(const MutableMaskView& out, const Exec& exec) {
  const bool whole = by_item(items(), exec);
  const std::int64_t bytes = element_bytes(out.element);
  const double cost = 100 + 0.1 * double(bytes) * double(out.height) * double(out.width);
  const auto paint_item = [&](auto& item, std::int64_t i) {
    item.paint(out.data + i * out.item_stride, bytes, out.row_stride, out.column_stride,
               whole ? Exec{} : exec);
  };
  for_ranges(whole ? exec : Exec{}, items(), cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      Item& item = items_[static_cast<std::size_t>(i)];
      if (item.pairs) {
        paint_item(*item.pairs, i);
      } else {
        paint_item(*item.rows, i);
      }
    }
  });
}

ComponentStats Labelling::stats(const Exec& exec) {
  constexpr double component_ns = 40.0;
  std::int64_t total = 0;
  for (std::int64_t i = 0; i < items(); i++) total += n(i);
  ComponentStats stats;
  stats.grow(total, options_.valued);
  std::int64_t before = 0;
  for (Item& found : items_) {
    RowComponents& item = *found.rows;
    for_ranges(exec, item.n(), component_ns, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t k = begin; k < end; k++) {
        stats.set_rows(before + k, item.sums(k));
        if (options_.valued) stats.values[before + k] = item.value(k);
      }
    });
    before += item.n();
    poll(component_ns * double(item.n()));
  }
  return stats;
}

}  // namespace me::cpu
