#include "ops/hole_tree/nesting.h"

#include <algorithm>

#include "base/poll_some.h"

namespace me::cpu {
namespace {

Hole hole_at(const Region& region, std::uint32_t number) {
  return {0,
          number,
          region.area,
          region.along_begin,
          region.along_end,
          region.line_begin,
          region.line_end};
}

void widen(Hole& hole, const Hole& by) {
  hole.area += by.area;
  hole.first = std::min(hole.first, by.first);
  hole.along_begin = std::min(hole.along_begin, by.along_begin);
  hole.along_end = std::max(hole.along_end, by.along_end);
  hole.line_begin = std::min(hole.line_begin, by.line_begin);
  hole.line_end = std::max(hole.line_end, by.line_end);
}

// Searches the graph of regions from the outside, depth first.
class Search {
 public:
  explicit Search(const Partition& partition) : n_(partition.regions().size()) {
    make_rows(partition.links());
    found_at_.resize(n_);
    std::fill(found_at_.begin(), found_at_.end(), unseen);
    parents_.resize(n_);
    order_.reserve(n_);
    Buffer<std::uint32_t> path;
    Buffer<std::int64_t> next(n_);
    for (std::int64_t r = 0; r < n_; r++) next[r] = offsets_[r];
    enter(0, 0);
    path.push_back(0);
    while (!path.empty()) {
      const std::uint32_t u = path.back();
      if (next[u] == offsets_[u + 1]) {
        path.truncate(path.size() - 1);
        continue;
      }
      const std::uint32_t v = others_[next[u]++];
      poll_some(next[u], 20);
      if (found_at_[v] != unseen) continue;
      enter(v, u);
      path.push_back(v);
    }
  }

  // Regions as they were found, and the one from which each was.
  const Buffer<std::uint32_t>& order() const { return order_; }
  std::uint32_t parent(std::uint32_t r) const { return parents_[r]; }

  // Does all that was found below `r` reach outside only through parent(r)? In reverse order.
  bool is_cut_off(std::uint32_t r) {
    std::uint32_t low = std::min(found_at_[r], low_[r]);
    for (std::int64_t k = offsets_[r]; k < offsets_[r + 1]; k++) {
      low = std::min(low, found_at_[others_[k]]);
    }
    const std::uint32_t u = parents_[r];
    low_[u] = std::min(low_[u], low);
    return low >= found_at_[u];
  }

 private:
  static constexpr std::uint32_t unseen = UINT32_MAX;

  void make_rows(const Buffer<Partition::Link>& links) {
    offsets_.resize(n_ + 1);
    std::fill(offsets_.begin(), offsets_.end(), std::int64_t{0});
    for (std::int64_t k = 0; k < links.size(); k++) {
      offsets_[std::int64_t{links[k].a} + 1]++;
      offsets_[std::int64_t{links[k].b} + 1]++;
      poll_some(k, 4);
    }
    for (std::int64_t r = 0; r < n_; r++) offsets_[r + 1] += offsets_[r];
    others_.resize(2 * links.size());
    Buffer<std::int64_t> to(offsets_);
    for (std::int64_t k = 0; k < links.size(); k++) {
      others_[to[links[k].a]++] = links[k].b;
      others_[to[links[k].b]++] = links[k].a;
      poll_some(k, 10);
    }
    low_.resize(n_);
    std::fill(low_.begin(), low_.end(), unseen);
  }

  void enter(std::uint32_t r, std::uint32_t from) {
    found_at_[r] = static_cast<std::uint32_t>(order_.size());
    parents_[r] = from;
    order_.push_back(r);
  }

  std::int64_t n_;
  Buffer<std::int64_t> offsets_;
  Buffer<std::uint32_t> others_;
  Buffer<std::uint32_t> found_at_, low_, parents_, order_;
};

}  // namespace

Nesting nest_alternating(Partition& partition) {
  Buffer<Region>& regions = partition.regions();
  const std::int64_t n = regions.size();
  for (std::int64_t r = n - 1; r > 0; r--) {
    regions[regions[r].before].area += regions[r].area;
    poll_some(r, 4);
  }
  Nesting out;
  out.hole_of.resize(n);
  out.holes.reserve(std::count_if(regions.begin(), regions.end(),
                                  [](const Region& region) { return region.value == 0; }));
  for (std::int64_t r = 0; r < n; r++) {
    const Region& region = regions[r];
    const auto number = static_cast<std::uint32_t>(r);
    poll_some(r, 4);
    if (region.value == 0 && r > 0) {
      Hole hole = hole_at(region, number);
      hole.owner = region.before;
      out.hole_of[r] = static_cast<std::uint32_t>(out.holes.size());
      out.holes.push_back(hole);
    } else {
      out.hole_of[r] = r == 0 ? Nesting::none : out.hole_of[region.before];
    }
  }
  return out;
}

Nesting nest_linked(const Partition& partition) {
  const Buffer<Region>& regions = partition.regions();
  const std::int64_t n = regions.size();
  Search search(partition);
  const Buffer<std::uint32_t>& order = search.order();
  Buffer<Hole> below(n);  // of each region: all that was found through it
  for (std::int64_t r = 0; r < n; r++) {
    below[r] = hole_at(regions[r], static_cast<std::uint32_t>(r));
    poll_some(r, 10);
  }
  Nesting out;
  out.hole_of.resize(n);
  std::fill(out.hole_of.begin(), out.hole_of.end(), Nesting::none);
  for (std::int64_t k = order.size() - 1; k > 0; k--) {
    const std::uint32_t r = order[k];
    const std::uint32_t from = search.parent(r);
    poll_some(k, 40);
    if (search.is_cut_off(r) && regions[from].value != 0) {
      out.hole_of[r] = 0;
      below[r].owner = from;
      out.holes.push_back(below[r]);
    }
    widen(below[from], below[r]);
  }
  std::sort(out.holes.begin(), out.holes.end(), [](const Hole& a, const Hole& b) {
    poll(5);
    return a.first < b.first;
  });
  // Holes start with different regions, but not always with those that they were found through.
  Buffer<std::uint32_t> hole_from(n);
  for (std::int64_t h = 0; h < out.holes.size(); h++) {
    hole_from[out.holes[h].first] = static_cast<std::uint32_t>(h);
  }
  for (std::int64_t k = 1; k < order.size(); k++) {  // but for the outside
    const std::uint32_t r = order[k];
    poll_some(k, 20);
    out.hole_of[r] =
        out.hole_of[r] == Nesting::none ? out.hole_of[search.parent(r)] : hole_from[below[r].first];
  }
  return out;
}

}  // namespace me::cpu
