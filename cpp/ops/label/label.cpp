#include "ops/label/label.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/parallel.h"

namespace me::cpu {
namespace {

// Masks go to threads one by one; a few large ones are cut into strips instead.
bool by_item(std::int64_t items, const Exec& exec) { return items >= exec.threads; }

double item_cost(const MaskView& masks) {
  return 200 +
         0.1 * double(element_bytes(masks.element)) * double(masks.height) * double(masks.width);
}

}  // namespace

Labelling::Labelling(const MaskView& masks, const ComponentOptions& options, const Exec& exec)
    : options_(options) {
  const bool whole = by_item(masks.n, exec);
  std::vector<std::optional<RowComponents>> found(static_cast<std::size_t>(masks.n));
  for_ranges(whole ? exec : Exec{}, masks.n, item_cost(masks),
             [&](std::int64_t begin, std::int64_t end) {
               for (std::int64_t i = begin; i < end; i++) {
                 found[static_cast<std::size_t>(i)].emplace(item_of(masks, i), options,
                                                            whole ? Exec{} : exec);
               }
             });
  items_.reserve(found.size());
  for (auto& one : found) items_.push_back(std::move(*one));
}

std::int64_t Labelling::most() const {
  std::int64_t most = 0;
  for (const RowComponents& item : items_) most = std::max(most, item.n());
  return most;
}

void Labelling::paint(const MutableMaskView& out, const Exec& exec) {
  const bool whole = by_item(items(), exec);
  const std::int64_t bytes = element_bytes(out.element);
  const double cost = 100 + 0.1 * double(bytes) * double(out.height) * double(out.width);
  for_ranges(whole ? exec : Exec{}, items(), cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      items_[static_cast<std::size_t>(i)].paint(out.data + i * out.item_stride, bytes,
                                                out.row_stride, out.column_stride,
                                                whole ? Exec{} : exec);
    }
  });
}

ComponentStats Labelling::stats() {
  std::int64_t total = 0;
  for (const RowComponents& item : items_) total += item.n();
  ComponentStats stats;
  stats.reserve(total, options_.valued);
  for (RowComponents& item : items_) {
    for (std::int64_t k = 0; k < item.n(); k++) {
      stats.add_rows(item.sums(k));
      if (options_.valued) stats.values.push_back(item.value(k));
    }
  }
  return stats;
}

}  // namespace me::cpu
