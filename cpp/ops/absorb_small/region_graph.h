// Regions of a label map that are too small, and what they touch.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "base/view.h"
#include "runs/class_limits.h"
#include "runs/components.h"

namespace me {

// A region that a small one touches, and along how many pixel edges (0: at a corner alone).
struct Contact {
  std::uint32_t region;
  std::uint32_t edges;
};

class RegionGraph {
 public:
  RegionGraph(RowComponents& found, const ClassLimits& limits, Element element);

  bool any() const { return any_; }

  // Gives each region that is too small to a neighbouring label, the smallest region first,
  // until none is left. `found` is what the graph was made of.
  void absorb(const RowComponents& found, bool corners);

  // The value of a region in [1, n] now.
  std::uint64_t value(std::uint32_t region) { return values_[root(region)]; }
  bool was_small(std::int64_t region) const { return small_[region] != 0; }

 private:
  void list_contacts(const RowComponents& found, bool corners);
  void add(std::uint32_t a, std::uint32_t b, std::uint32_t edges);
  std::uint32_t root(std::uint32_t region);
  bool is_open(std::uint32_t region) const;
  std::uint64_t best_label(std::uint32_t region);
  void unite(std::uint32_t a, std::uint32_t b);

  // Calls work(contact) for all contacts of a region and those that joined it.
  template <class Work>
  void for_each_contact(std::uint32_t region, Work work) {
    for (std::uint32_t part = region; part != 0; part = next_[part]) {
      for (std::int64_t i = starts_[part]; i < starts_[part + 1]; i++) work(contacts_[i]);
    }
  }

  struct Touching {
    std::uint32_t a;
    Contact contact;
  };

  ClassLimits limits_;
  Element element_;
  std::int64_t n_;
  bool any_ = false;
  Buffer<std::uint8_t> small_;  // too small at first
  Buffer<std::uint32_t> parents_;
  Buffer<std::uint64_t> values_;       // of roots
  Buffer<std::int64_t> areas_;         // of roots
  Buffer<std::uint32_t> next_, last_;  // chains of what was united; last_ of roots
  Buffer<std::uint32_t> first_;        // of roots: the first of all united
  Buffer<Touching> touching_;
  Buffer<std::int64_t> starts_;
  Buffer<Contact> contacts_;  // of small regions, one after the other
  std::vector<std::pair<std::uint64_t, std::int64_t>> shares_;
};

}  // namespace me
