#include "runs/groups.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace me {
namespace {

Groups sort_into_groups(const std::int64_t* groups, std::int64_t n, std::int64_t group_count) {
  Groups out;
  out.offsets.resize(group_count + 1);
  std::fill(out.offsets.begin(), out.offsets.end(), 0);
  for (std::int64_t i = 0; i < n; i++) {
    if (groups[i] < 0 || groups[i] >= group_count) {
      throw Error(ErrorKind::argument, "groups",
                  "expected group numbers in [0, " + std::to_string(group_count) + "), got " +
                      std::to_string(groups[i]),
                  i);
    }
    out.offsets[groups[i] + 1]++;
  }
  for (std::int64_t g = 0; g < group_count; g++) out.offsets[g + 1] += out.offsets[g];
  out.items.resize(n);
  Buffer<std::int64_t> next(out.offsets);
  for (std::int64_t i = 0; i < n; i++) out.items[next[groups[i]]++] = i;
  return out;
}

// The groups when all items are in one.
Groups one_group(std::int64_t n) {
  Groups out;
  out.offsets.push_back(0);
  out.offsets.push_back(n);
  out.items.resize(n);
  for (std::int64_t i = 0; i < n; i++) out.items[i] = i;
  return out;
}

void check_groups(const RunsView& masks, const Groups& groups, const std::optional<Size>& size) {
  for (std::int64_t g = 0; g < groups.n(); g++) {
    const std::int64_t begin = groups.offsets[g];
    if (begin == groups.offsets[g + 1] && !size) {
      throw Error(ErrorKind::argument, "size",
                  "expected the size of the result of group " + std::to_string(g) +
                      ", which has no masks, got none");
    }
    for (std::int64_t k = begin; k < groups.offsets[g + 1]; k++) {
      const std::int64_t i = groups.items[k];
      const Size wanted = size ? *size : masks.size(groups.items[begin]);
      if (masks.size(i) == wanted) continue;
      const std::string source =
          size ? "size=" : "masks[" + std::to_string(groups.items[begin]) + "]";
      throw Error(ErrorKind::shape_mismatch, "masks",
                  "expected the size " + text_of(wanted) + " of " + source + ", got " +
                      text_of(masks.size(i)),
                  i);
    }
  }
}

}  // namespace

Groups groups_of(const RunsView& masks, const std::int64_t* group_of, std::int64_t group_count,
                 const std::optional<Size>& size) {
  Groups groups =
      group_of == nullptr ? one_group(masks.n) : sort_into_groups(group_of, masks.n, group_count);
  check_groups(masks, groups, size);
  return groups;
}

Groups groups_of(const PackedView& masks, const std::int64_t* group_of, std::int64_t group_count,
                 const std::optional<Size>& size) {
  return groups_of(RunsView{nullptr, nullptr, masks.sizes, masks.n}, group_of, group_count, size);
}

std::optional<PackedMasks> Groups::results(const PackedView& masks,
                                           const std::optional<Size>& size) const {
  Buffer<std::int64_t> sizes;
  for (std::int64_t g = 0; g < n(); g++) {
    const Size of = offsets[g] == offsets[g + 1] ? *size : masks.size(items[offsets[g]]);
    sizes.push_back(of.height);
    sizes.push_back(of.width);
  }
  if (!stays_packed(sizes.data(), n(), masks)) return std::nullopt;
  return PackedMasks(sizes.data(), n());
}

}  // namespace me
