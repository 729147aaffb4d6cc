#include "ops/polygonize/label_map.h"

#include <algorithm>
#include <utility>

#include "runs/builder.h"

namespace me {
namespace {

// Columns turned to lie along memory at a time: a cache line of labels.
constexpr std::int64_t strip_columns = 16;

// Pixels [begin, begin + length) in the order of runs.
struct Stretch {
  std::int64_t begin;
  std::uint32_t length;
  std::uint32_t label;  // its number in order of appearance
};

// Numbers labels in the order of their first appearance.
class LabelNumbers {
 public:
  std::uint32_t number_of(std::uint32_t label) {
    if (2 * (labels_.size() + 1) > slots_.size()) rehash();
    Slot& slot = find(label);
    if (slot.label == 0) {
      slot = {label, static_cast<std::uint32_t>(labels_.size())};
      labels_.push_back(label);
    }
    return slot.number;
  }
  const Buffer<std::uint32_t>& labels() const { return labels_; }

 private:
  struct Slot {
    std::uint32_t label;  // 0 when empty: background is not numbered
    std::uint32_t number;
  };

  Slot& find(std::uint32_t label) {
    const auto mask = static_cast<std::uint64_t>(slots_.size()) - 1;
    const std::uint64_t hash = (label * std::uint64_t{0x9e3779b97f4a7c15u}) >> 32;
    for (std::uint64_t i = hash & mask;; i = (i + 1) & mask) {
      Slot& slot = slots_[static_cast<std::int64_t>(i)];
      if (slot.label == label || slot.label == 0) return slot;
    }
  }

  void rehash() {
    slots_.resize(slots_.empty() ? 256 : 2 * slots_.size());
    std::fill(slots_.begin(), slots_.end(), Slot{0, 0});
    for (std::int64_t k = 0; k < labels_.size(); k++) {
      find(labels_[k]) = {labels_[k], static_cast<std::uint32_t>(k)};
    }
  }

  Buffer<Slot> slots_;
  Buffer<std::uint32_t> labels_;
};

// Finds the stretches of equal labels, column by column.
class Scan {
 public:
  explicit Scan(const LabelMap& map) {
    strip_.resize(std::min(strip_columns, map.width) * map.height);
    for (std::int64_t x = 0; x < map.width; x += strip_columns) {
      const std::int64_t columns = std::min(strip_columns, map.width - x);
      for (std::int64_t y = 0; y < map.height; y++) {
        const std::uint32_t* row = map.row(y) + x;
        for (std::int64_t k = 0; k < columns; k++) strip_[k * map.height + y] = row[k];
      }
      follow(x * map.height, columns * map.height);
    }
    end(map.width * map.height);
  }

  Buffer<Stretch> stretches;
  LabelNumbers numbers;

 private:
  // Notes where labels change without a branch, as that cannot be predicted.
  void follow(std::int64_t position, std::int64_t n) {
    std::int64_t changes[1024];
    for (std::int64_t from = 0; from < n; from += 1024) {
      const std::int64_t to = std::min<std::int64_t>(from + 1024, n);
      std::int64_t found = 0;
      std::uint32_t current = current_;
      for (std::int64_t k = from; k < to; k++) {
        changes[found] = k;
        found += strip_[k] != current ? 1 : 0;
        current = strip_[k];
      }
      for (std::int64_t i = 0; i < found; i++) {
        end(position + changes[i]);
        current_ = strip_[changes[i]];
      }
    }
  }

  // The pixels [begin_, position) have one label.
  void end(std::int64_t position) {
    if (current_ != 0) {
      const std::uint32_t number = numbers.number_of(current_);
      for (; begin_ < position; begin_ += stretches.back().length) {
        const std::int64_t length = std::min<std::int64_t>(position - begin_, UINT32_MAX);
        stretches.push_back({begin_, static_cast<std::uint32_t>(length), number});
      }
    }
    begin_ = position;
  }

  Buffer<std::uint32_t> strip_;
  std::uint32_t current_ = 0;
  std::int64_t begin_ = 0;
};

void append_mask(const Stretch* stretches, std::int64_t n, Size size, Runs& out) {
  RunBuilder builder(out.counts);
  std::int64_t position = 0;
  for (std::int64_t k = 0; k < n; k++) {
    builder.append(false, stretches[k].begin - position);
    builder.append(true, stretches[k].length);
    position = stretches[k].begin + stretches[k].length;
  }
  builder.append(false, size.area() - position);
  builder.finish();
  out.end_item(size);
}

}  // namespace

LabelRuns split_labels(const LabelMap& map) {
  Scan scan(map);
  const Buffer<std::uint32_t>& labels = scan.numbers.labels();
  const std::int64_t n = labels.size();
  Buffer<std::uint32_t> order(n);
  for (std::int64_t k = 0; k < n; k++) order[k] = static_cast<std::uint32_t>(k);
  std::sort(order.begin(), order.end(),
            [&labels](std::uint32_t a, std::uint32_t b) { return labels[a] < labels[b]; });

  Buffer<std::int64_t> slots(n);  // by number: the next free place in `sorted`
  std::fill(slots.begin(), slots.end(), std::int64_t{0});
  for (const Stretch& stretch : scan.stretches) slots[stretch.label]++;
  std::int64_t sum = 0;
  for (const std::uint32_t number : order) sum += std::exchange(slots[number], sum);
  Buffer<Stretch> sorted(scan.stretches.size());
  for (const Stretch& stretch : scan.stretches) sorted[slots[stretch.label]++] = stretch;

  LabelRuns out;
  out.ids.reserve(n);
  out.masks.reserve_items(n);
  out.masks.counts.reserve(2 * sorted.size() + n);
  std::int64_t begin = 0;
  for (const std::uint32_t number : order) {
    const std::int64_t end = slots[number];
    append_mask(sorted.data() + begin, end - begin, map.size(), out.masks);
    out.ids.push_back(labels[number]);
    begin = end;
  }
  return out;
}

}  // namespace me
