// What became of components of masks: which got another value, and what is known of them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/parallel.h"
#include "base/view.h"
#include "runs/component_stats.h"
#include "runs/components.h"

namespace me {

struct RegionChanges {
  ComponentStats stats;          // of the components that changed, mask after mask
  Buffer<std::uint64_t> before;  // the bits of their value
  Buffer<std::uint64_t> after;
  Buffer<std::int64_t> counts;  // of each mask, how many changed

  void add_rows(const Sums& sums, std::uint64_t from, std::uint64_t to) {
    stats.add_rows(sums);
    add(from, to);
  }
  void add_columns(const Sums& sums, std::uint64_t from, std::uint64_t to) {
    stats.add_columns(sums);
    add(from, to);
  }

 private:
  void add(std::uint64_t from, std::uint64_t to) {
    before.push_back(from);
    after.push_back(to);
  }
};

// Puts the changes of some masks behind those of the masks before.
RegionChanges join(std::vector<RegionChanges>&& parts);

// New values of the components of one mask; place 0 stands for background.
struct NewValues {
  explicit NewValues(std::int64_t n) : changed(n + 1), values(n + 1) {
    std::fill(changed.begin(), changed.end(), std::uint8_t{0});
  }
  void set(std::int64_t component, std::uint64_t value) {
    changed[component] = 1;
    values[component] = value;
  }
  Buffer<std::uint8_t> changed;
  Buffer<std::uint64_t> values;
};

// Writes the new values to mask i, of which `found` are the components, and reports them, or
// (not `reported`) how many there are.
void apply(const NewValues& to, RowComponents& found, const MutableMaskView& masks, std::int64_t i,
           bool reported, const Exec& exec, RegionChanges& changes);

// Calls change(i, exec, changes) for each mask, about `cost` nanoseconds a byte, and joins what
// they report. Masks go to threads one by one; a few large ones are cut into strips instead.
template <class Change>
RegionChanges change_masks(const MutableMaskView& masks, double cost, const Exec& exec,
                           Change change) {
  const bool whole = masks.n >= exec.threads;
  const double item_cost = 500 + cost * double(element_bytes(masks.element)) *
                                     double(masks.height) * double(masks.width);
  const std::int64_t chunks = whole ? chunk_count(exec, masks.n, item_cost) : 1;
  std::vector<RegionChanges> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, masks.n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      change(i, whole ? Exec{} : exec, parts[static_cast<std::size_t>(c)]);
      poll(item_cost);
    }
  });
  return join(std::move(parts));
}

}  // namespace me
