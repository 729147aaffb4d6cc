#include "ops/absorb_small/region_graph.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

#include "base/interrupt.h"
#include "base/poll_some.h"
#include "base/room.h"

namespace me {

RegionGraph::RegionGraph(RowComponents& found, const ClassLimits& limits, Element element)
    : limits_(limits),
      element_(element),
      n_(found.n()),
      small_(n_ + 1),
      parents_(n_ + 1),
      values_(n_ + 1),
      areas_(n_ + 1),
      next_(n_ + 1),
      last_(n_ + 1),
      first_(n_ + 1) {
  small_[0] = 0;
  parents_[0] = next_[0] = last_[0] = 0;
  values_[0] = 0;
  areas_[0] = 0;
  for (std::int64_t c = 1; c <= n_; c++) {
    poll(20);
    values_[c] = found.value(c - 1);
    areas_[c] = static_cast<std::int64_t>(found.sums(c - 1).area);
    small_[c] = areas_[c] < limits.of(values_[c]) ? 1 : 0;
    any_ |= small_[c] != 0;
    parents_[c] = last_[c] = first_[c] = static_cast<std::uint32_t>(c);
    next_[c] = 0;
  }
}

void RegionGraph::add(std::uint32_t a, std::uint32_t b, std::uint32_t edges) {
  if (a == b || a == 0 || b == 0) return;
  if (small_[a] != 0) touching_.push_back({a, {b, edges}});
  if (small_[b] != 0) touching_.push_back({b, {a, edges}});
}

void RegionGraph::list_contacts(const RowComponents& found, bool corners) {
  Line above;
  make_empty(above);
  found.for_each_row([&](std::int64_t, const Line& line) {
    poll(20 * static_cast<double>(line.n));
    make_room(touching_, 10 * (line.n + above.n + 1));  // as often as `add` is called, twice
    const std::uint32_t* b = line.bounds.data();
    const std::uint32_t* a = above.bounds.data();
    for (std::int64_t k = 1; k < line.n; k++) add(line.labels[k - 1], line.labels[k], 1);
    // Stretch -1 is the background before the first.
    const auto label = [](const Line& row, std::int64_t i) { return i < 0 ? 0 : row.labels[i]; };
    std::int64_t j = -1;
    for (std::int64_t k = -1; k < line.n && j < above.n;) {
      const std::uint32_t begin = std::max(j < 0 ? 0 : a[j], k < 0 ? 0 : b[k]);
      const std::uint32_t end = std::min(a[j + 1], b[k + 1]);
      if (begin < end) add(label(above, j), label(line, k), end - begin);
      if (a[j + 1] == b[k + 1]) {
        if (corners && j + 1 < above.n) add(above.labels[j + 1], label(line, k), 0);
        if (corners && k + 1 < line.n) add(label(above, j), line.labels[k + 1], 0);
        j++;
        k++;
      } else if (a[j + 1] < b[k + 1]) {
        j++;
      } else {
        k++;
      }
    }
    above = line;
  });
  starts_.resize(n_ + 2);
  for (std::int64_t c = 0; c < starts_.size(); c++) {
    poll_some(c, 2);
    starts_[c] = 0;
  }
  for (std::int64_t i = 0; i < touching_.size(); i++) {
    poll_some(i, 10);
    starts_[touching_[i].a + 1]++;
  }
  Buffer<std::int64_t> at(n_ + 2);
  at[0] = 0;
  for (std::int64_t c = 1; c <= n_ + 1; c++) {
    poll_some(c, 3);
    at[c] = starts_[c] += starts_[c - 1];
  }
  contacts_.resize(touching_.size());
  for (const Touching& touching : touching_) {
    poll(10);
    contacts_[at[touching.a]++] = touching.contact;
  }
  touching_ = Buffer<Touching>();
}

std::uint32_t RegionGraph::root(std::uint32_t region) {
  while (parents_[region] != region) {
    parents_[region] = parents_[parents_[region]];
    region = parents_[region];
  }
  return region;
}

bool RegionGraph::is_open(std::uint32_t region) const {
  return parents_[region] == region && values_[region] != 0 &&
         areas_[region] < limits_.of(values_[region]);
}

// The label with the longest shared border; 0 where there is none.
std::uint64_t RegionGraph::best_label(std::uint32_t region) {
  shares_.clear();
  for_each_contact(region, [&](const Contact& contact) {
    const std::uint32_t other = root(contact.region);
    if (other == region || values_[other] == 0 || contact.edges == 0) return;
    shares_.emplace_back(sort_key(values_[other], element_), contact.edges);
  });
  std::sort(shares_.begin(), shares_.end());
  std::uint64_t best = 0;
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < shares_.size();) {
    std::int64_t edges = 0;
    const std::uint64_t label = shares_[i].first;
    for (; i < shares_.size() && shares_[i].first == label; i++) edges += shares_[i].second;
    if (edges > longest) {
      longest = edges;
      best = sort_key(label, element_);  // the key of a key is the value
    }
  }
  return best;
}

void RegionGraph::unite(std::uint32_t a, std::uint32_t b) {
  parents_[b] = a;
  areas_[a] += areas_[b];
  first_[a] = std::min(first_[a], first_[b]);
  next_[last_[a]] = b;
  last_[a] = last_[b];
}

void RegionGraph::absorb(const RowComponents& found, bool corners) {
  list_contacts(found, corners);
  struct Entry {
    std::int64_t area;
    std::uint32_t first, region;
    bool operator<(const Entry& other) const {  // the least comes out of a queue first
      return area != other.area ? area > other.area : first > other.first;
    }
  };
  std::int64_t n_small = 0;
  for (std::int64_t c = 1; c <= n_; c++) {
    poll_some(c, 1);
    n_small += small_[c];
  }
  std::vector<Entry> room;
  room.reserve(static_cast<std::size_t>(n_small));  // a region is in the queue once
  std::priority_queue<Entry> queue(std::less<Entry>(), std::move(room));
  const auto enqueue = [&](std::uint32_t region) {
    queue.push({areas_[region], first_[region], region});
  };
  for (std::int64_t c = 1; c <= n_; c++) {
    poll_some(c, 30);
    if (small_[c] != 0) enqueue(static_cast<std::uint32_t>(c));
  }
  std::vector<std::uint32_t> joining;
  while (!queue.empty()) {
    const Entry entry = queue.top();
    const std::uint32_t region = entry.region;
    queue.pop();
    poll(300);
    if (!is_open(region) || areas_[region] != entry.area) continue;
    const std::uint64_t label = best_label(region);
    values_[region] = label;
    if (label == 0) continue;
    joining.clear();
    for_each_contact(region, [&](const Contact& contact) {
      const std::uint32_t other = root(contact.region);
      if (other != region && values_[other] == label) joining.push_back(other);
    });
    for (const std::uint32_t other : joining) {
      if (root(other) != region) unite(region, other);
    }
    if (is_open(region)) enqueue(region);
  }
}

}  // namespace me
