// Maps as runs: a merge of the ends of their runs says where one of them changes.
#include <algorithm>
#include <array>
#include <type_traits>

#include "base/error.h"
#include "base/interrupt.h"
#include "ops/joint/count_all.h"
#include "runs/ends.h"

namespace me::cpu {
namespace {

using RunMaps = std::vector<LabelRunsView>;

// Walks the runs of several maps of one item side by side; positions count from where the block
// began.
class RunWalk {
 public:
  RunWalk(const RunMaps& maps, std::int64_t item) {
    for (const LabelRunsView& map : maps) {
      const std::int64_t begin = map.runs.offsets[item];
      places_.push_back(begin - map.runs.offsets[0]);
      counts_.push_back(map.runs.counts + begin);
      left_.push_back(*counts_.back());
    }
    area_ = maps[0].runs.size(item).area();
  }

  // Fills a block of some runs; gives how many.
  std::int64_t next(std::vector<Buffer<std::uint32_t>>& places, Buffer<std::uint32_t>& starts) {
    std::int64_t runs = 0;
    std::uint32_t at = 0;
    const std::size_t k = places_.size();
    while (runs < joint_block && area_ > 0) {
      std::uint32_t length = UINT32_MAX - at;  // a block of long runs ends before 2^32 pixels
      for (std::size_t m = 0; m < k; m++) length = std::min(length, left_[m]);
      if (length == 0 && at == UINT32_MAX) break;
      for (std::size_t m = 0; m < k; m++) {
        places[m][runs] = static_cast<std::uint32_t>(places_[m] - base_[m]);
      }
      starts[runs++] = at;
      at += length;
      area_ -= length;
      for (std::size_t m = 0; m < k; m++) {
        left_[m] -= length;
        if (left_[m] == 0 && area_ > 0) {
          places_[m]++;
          left_[m] = *++counts_[m];
        }
      }
    }
    starts[runs] = at;
    return runs;
  }

  // The label of place 0 of the next block, for each map.
  const std::vector<std::int64_t>& begin_block() {
    base_ = places_;
    return base_;
  }

 private:
  std::vector<std::int64_t> places_, base_;  // numbers of labels
  std::vector<const std::uint32_t*> counts_;
  std::vector<std::uint32_t> left_;
  std::int64_t area_ = 0;
};

// Items, a block each.
class RunBlocks {
 public:
  explicit RunBlocks(const RunMaps& maps) : maps_(maps) {}

  std::int64_t n() const { return maps_[0].runs.n; }

  template <class Tally>
  void count(std::int64_t begin, std::int64_t end, Tally& tally) const {
    for (std::int64_t item = begin; item < end; item++) {
      if constexpr (!std::is_same_v<Tally, ChainedTally>) {
        if (maps_.size() == 2 && maps_[0].runs.size(item).area() <= UINT32_MAX) {
          count_two(item, tally);
          continue;
        }
      }
      count_any(item, tally);
    }
  }

 private:
  template <class Tally>
  void count_any(std::int64_t item, Tally& tally) const {
    const std::size_t k = maps_.size();
    std::vector<Buffer<std::uint32_t>> places(k, Buffer<std::uint32_t>(joint_block));
    Buffer<std::uint32_t> starts(joint_block + 1);
    std::vector<const char*> labels(k);
    std::vector<const std::uint32_t*> from(k);
    RunWalk walk(maps_, item);
    for (;;) {
      const std::vector<std::int64_t>& base = walk.begin_block();
      for (std::size_t m = 0; m < k; m++) {
        labels[m] = maps_[m].labels + base[m] * element_bytes(maps_[m].element);
        from[m] = places[m].data();
      }
      const std::int64_t runs = walk.next(places, starts);
      if (runs == 0) return;
      tally.add({labels.data(), from.data(), starts.data(), runs, 0, 0});
      poll(20.0 * static_cast<double>(runs));
    }
  }

  template <class Tally>
  void count_two(std::int64_t item, Tally& tally) const {
    std::array<Buffer<std::uint32_t>, 2> ends;
    std::array<Buffer<char>, 2> kept;
    std::array<EndedRuns, 2> runs{};
    for (std::size_t m = 0; m < 2; m++) {
      const LabelRunsView& map = maps_[m];
      const std::int64_t bytes = element_bytes(map.element);
      const RunList list = map.runs[item];
      const char* labels = map.labels + (map.runs.offsets[item] - map.runs.offsets[0]) * bytes;
      ends[m].resize(list.n);
      if (!write_ends(list, ends[m].data()) || list.counts[0] == 0) {
        leave_out_empty(list, labels, bytes, ends[m], kept[m]);
        labels = kept[m].data();
      }
      runs[m] = {ends[m].data(), labels, ends[m].size()};
    }
    tally.add_merged(runs[0], runs[1]);
  }

  static void leave_out_empty(const RunList& list, const char* labels, std::int64_t bytes,
                              Buffer<std::uint32_t>& ends, Buffer<char>& kept) {
    ends.clear();
    std::uint32_t at = 0;
    for (std::int64_t i = 0; i < list.n; i++) {
      if (list.counts[i] == 0) continue;
      at += list.counts[i];
      ends.push_back(at);
      kept.append(labels + i * bytes, bytes);
    }
  }

  const RunMaps& maps_;
};

}  // namespace

JointCounts joint_runs(const LabelRunsView* maps, std::int64_t k, const Exec& exec) {
  const RunMaps views(maps, maps + k);
  std::vector<Element> elements;
  std::int64_t bytes = 0;
  std::int64_t runs = 0;
  bool narrow = true;
  for (const LabelRunsView& view : views) {
    elements.push_back(view.element);
    bytes += element_bytes(view.element);
    runs += view.runs.total_counts();
  }
  for (std::int64_t i = 0; i < views[0].runs.n; i++) {
    narrow &= views[0].runs.size(i).area() <= UINT32_MAX;
  }
  const RunBlocks blocks(views);
  const double cost = 3.0 * double(runs) / std::max(1.0, double(blocks.n()));
  const bool many = narrow && runs >= (std::int64_t{1} << 13);
  return count_by_kind(blocks, cost, elements.data(), k, bytes, many, exec);
}

}  // namespace me::cpu
