#include "ops/occlusion/occlusion.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "base/numbering.h"
#include "base/sort_polling.h"
#include "runs/builder.h"
#include "runs/change_heap.h"

namespace me::cpu {
namespace {

// The masks that cover the position in hand, and where each began to.
class Present {
 public:
  explicit Present(std::int64_t n) : start_(n), place_(n) {}

  bool empty() const { return ids_.empty(); }
  std::int64_t size() const { return ids_.size(); }
  const std::int64_t* begin() const { return ids_.begin(); }
  const std::int64_t* end() const { return ids_.end(); }
  std::int64_t start(std::int64_t i) const { return start_[i]; }

  void enter(std::int64_t i, std::int64_t position) {
    start_[i] = position;
    place_[i] = ids_.size();
    ids_.push_back(i);
  }

  void leave(std::int64_t i) {
    const std::int64_t last = ids_.back();
    ids_[place_[i]] = last;
    place_[last] = place_[i];
    ids_.truncate(ids_.size() - 1);
  }

 private:
  Buffer<std::int64_t> ids_;
  Buffer<std::int64_t> start_;
  Buffer<std::int64_t> place_;
};

class PairTable {
 public:
  explicit PairTable(std::int64_t n) : n_(n) {}

  LayerPair& of(std::int64_t i, std::int64_t j) {
    if (i > j) std::swap(i, j);
    const std::int64_t number = numbering_.number_of(static_cast<std::uint64_t>(i * n_ + j));
    if (number == pairs_.size()) pairs_.push_back({i, j, 0, 0, 0, 0});
    return pairs_[number];
  }

  // Pixels in what is seen of i and in layer j.
  std::int64_t& over(std::int64_t i, std::int64_t j) {
    LayerPair& pair = of(i, j);
    return i < j ? pair.i_over_j : pair.j_over_i;
  }

  // Those with a pixel, sorted.
  Buffer<LayerPair> take() {
    const auto empty = [](const LayerPair& p) {
      return (p.shared | p.i_over_j | p.j_over_i | p.clash) == 0;
    };
    const auto kept = std::remove_if(pairs_.begin(), pairs_.end(), empty) - pairs_.begin();
    pairs_.truncate(kept);
    sort_polling(pairs_.begin(), pairs_.end(), [](const LayerPair& a, const LayerPair& b) {
      return a.i != b.i ? a.i < b.i : a.j < b.j;
    });
    return std::move(pairs_);
  }

 private:
  std::int64_t n_;
  Numbering numbering_;
  Buffer<LayerPair> pairs_;
};

// Two masks share the pixels from where the later one began to where the first one ends: so what is
// shared is added up when a mask ends, over those that are present then.
class Sweep {
 public:
  explicit Sweep(std::int64_t n) : layers_(n), seen_(n), pairs_(n), bare_start_(n) {
    found_.inside.resize(n);
    found_.unseen.resize(n);
    std::fill(found_.inside.begin(), found_.inside.end(), 0);
    std::fill(found_.unseen.begin(), found_.unseen.end(), 0);
  }

  const Present& layers() const { return layers_; }

  void layer_enters(std::int64_t i, std::int64_t position) {
    layers_.enter(i, position);
    bare_start_[i] = bare_until(position);
  }

  void layer_leaves(std::int64_t i, std::int64_t position) {
    poll_pairs();
    layers_.leave(i);
    const std::int64_t start = layers_.start(i);
    for (const std::int64_t j : layers_) {
      pairs_.of(i, j).shared += position - std::max(start, layers_.start(j));
    }
    for (const std::int64_t j : seen_) covers(j, i, position);
    found_.unseen[i] += bare_until(position) - bare_start_[i];
  }

  void seen_enters(std::int64_t i, std::int64_t position) {
    bare_ = bare_until(position);
    seen_.enter(i, position);
  }

  void seen_leaves(std::int64_t i, std::int64_t position) {
    poll_pairs();
    seen_.leave(i);
    for (const std::int64_t j : seen_) {
      pairs_.of(i, j).clash += position - std::max(seen_.start(i), seen_.start(j));
    }
    for (const std::int64_t j : layers_) covers(i, j, position);
    if (seen_.empty()) bare_from_ = position;
  }

  // Call after the last change.
  Occlusion finish(std::int64_t area) {
    while (!layers_.empty()) layer_leaves(*layers_.begin(), area);
    while (!seen_.empty()) seen_leaves(*seen_.begin(), area);
    found_.pairs = pairs_.take();
    return std::move(found_);
  }

 private:
  // What leaves is held against all that are present; where they are many, each pair is far away.
  void poll_pairs() const { poll(50.0 * static_cast<double>(layers_.size() + seen_.size())); }

  // What is seen of i was over layer j until `position`.
  void covers(std::int64_t i, std::int64_t j, std::int64_t position) {
    const std::int64_t length = position - std::max(seen_.start(i), layers_.start(j));
    (i == j ? found_.inside[i] : pairs_.over(i, j)) += length;
  }

  // Positions before this one at which nothing is seen.
  std::int64_t bare_until(std::int64_t position) const {
    return seen_.empty() ? bare_ + position - bare_from_ : bare_;
  }

  Present layers_;
  Present seen_;
  PairTable pairs_;
  Buffer<std::int64_t> bare_start_;
  std::int64_t bare_ = 0;
  std::int64_t bare_from_ = 0;
  Occlusion found_;
};

}  // namespace

Occlusion occlusion(const RunsView& layers, const std::int64_t* rank) {
  const std::int64_t n = layers.n;
  if (n == 0) return {};
  const Size size = layers.size(0);
  const std::int64_t area = size.area();
  Sweep sweep(n);
  std::vector<Buffer<std::int64_t>> toggles(static_cast<std::size_t>(n));
  const auto toggle = [&toggles](std::int64_t i, std::int64_t position) {
    toggles[static_cast<std::size_t>(i)].push_back(position);
  };
  std::int64_t front = -1;
  ChangeHeap heap([&layers](std::int64_t i) { return layers[i]; }, n);
  while (!heap.empty() && heap.top().at < area) {
    const std::int64_t position = heap.top().at;
    poll(100);
    while (heap.top().at == position) {
      Changes& changes = heap.top();
      if (changes.inside) {
        sweep.layer_leaves(changes.mask, position);
      } else {
        sweep.layer_enters(changes.mask, position);
      }
      changes.step();
      heap.settle();
    }
    poll(static_cast<double>(sweep.layers().size()));
    std::int64_t now = -1;
    for (const std::int64_t i : sweep.layers()) now = now < 0 || rank[i] > rank[now] ? i : now;
    if (now == front) continue;
    if (front >= 0) {
      sweep.seen_leaves(front, position);
      toggle(front, position);
    }
    if (now >= 0) {
      sweep.seen_enters(now, position);
      toggle(now, position);
    }
    front = now;
  }
  Occlusion found = sweep.finish(area);
  found.visible.reserve_items(n);
  for (const Buffer<std::int64_t>& positions : toggles) {
    append_toggles(found.visible.counts, positions.data(), positions.size(), area);
    found.visible.end_item(size);
  }
  return found;
}

Occlusion occlusion(const RunsView& layers, const RunsView& seen) {
  const std::int64_t n = layers.n;
  if (n == 0) return {};
  const std::int64_t area = layers.size(0).area();
  Sweep sweep(n);
  ChangeHeap heap([&](std::int64_t i) { return i < n ? layers[i] : seen[i - n]; }, 2 * n);
  while (!heap.empty() && heap.top().at < area) {
    Changes& changes = heap.top();
    const std::int64_t position = changes.at;
    const std::int64_t i = changes.mask < n ? changes.mask : changes.mask - n;
    if (changes.mask < n) {
      changes.inside ? sweep.layer_leaves(i, position) : sweep.layer_enters(i, position);
    } else {
      changes.inside ? sweep.seen_leaves(i, position) : sweep.seen_enters(i, position);
    }
    changes.step();
    heap.settle();
  }
  return sweep.finish(area);
}

}  // namespace me::cpu
