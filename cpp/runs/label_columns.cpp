// Spans are sorted by column and then by label, in a strip of columns at a time, so that they stay
// in the caches; strips need nothing of each other.
#include "runs/label_columns.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/numbering.h"
#include "base/parallel.h"
#include "base/poll_some.h"
#include "base/values.h"
#include "runs/collect.h"
#include "runs/label_events.h"
#include "runs/label_strip.h"
#include "runs/span_writer.h"

namespace me {
namespace {

// Pixels [begin, end) of a strip, in the order of runs.
struct Span {
  std::uint32_t begin, end;
};

class Strip {
 public:
  Strip() = default;
  Strip(const DenseItem& map, std::int64_t x, std::int64_t columns) : x_(x) {
    LabelStrip read = label_strip(map, x, columns);
    sort_by_label(read.stretches, read.labels.values().size());
    labels_ = std::move(read.labels);
  }

  std::int64_t x() const { return x_; }
  // The labels in it, and the spans of the one with a number.
  const Buffer<std::uint64_t>& labels() const { return labels_.values(); }
  std::int64_t size(std::int64_t number) const { return starts_[number + 1] - starts_[number]; }
  const Span* spans(std::int64_t number) const { return spans_.data() + starts_[number]; }

 private:
  void sort_by_label(const Buffer<LabelStretch>& stretches, std::int64_t n) {
    starts_.resize(n + 1);
    std::fill(starts_.begin(), starts_.end(), std::int64_t{0});
    for (const LabelStretch& stretch : stretches) starts_[std::int64_t{stretch.number} + 1]++;
    for (std::int64_t k = 0; k < n; k++) starts_[k + 1] += starts_[k];
    Buffer<std::int64_t> next(starts_);
    spans_.resize(stretches.size());
    for (const LabelStretch& stretch : stretches) {
      spans_[next[stretch.number]++] = {stretch.begin, stretch.end};
    }
  }

  std::int64_t x_ = 0;
  Numbering labels_;
  Buffer<Span> spans_;  // by number
  Buffer<std::int64_t> starts_;
};

// Which strips hold which labels.
class StripGroups {
 public:
  struct Part {
    std::uint32_t strip, number;
  };

  StripGroups(const std::vector<Strip>& strips, Element element) {
    Numbering labels;
    Buffer<std::uint32_t> numbers;  // of the labels of all strips, one after the other
    for (const Strip& strip : strips) {
      poll(30.0 * static_cast<double>(strip.labels().size()));
      for (const std::uint64_t label : strip.labels()) numbers.push_back(labels.number_of(label));
    }
    const std::int64_t n = labels.values().size();
    const Buffer<std::uint32_t> order = label_order(labels, element);
    Buffer<std::uint32_t> rank(n);
    ids.resize(n);
    for (std::int64_t k = 0; k < n; k++) {
      poll_some(k, 20);
      rank[order[k]] = static_cast<std::uint32_t>(k);
      ids[k] = labels.values()[order[k]];
    }
    starts.resize(n + 1);
    std::fill(starts.begin(), starts.end(), std::int64_t{0});
    for (std::int64_t k = 0; k < numbers.size(); k++) {
      poll_some(k, 10);
      starts[std::int64_t{rank[numbers[k]]} + 1]++;
    }
    for (std::int64_t k = 0; k < n; k++) starts[k + 1] += starts[k];
    Buffer<std::int64_t> next(starts);
    parts.resize(numbers.size());
    std::int64_t i = 0;
    for (std::size_t s = 0; s < strips.size(); s++) {
      poll(30.0 * static_cast<double>(strips[s].labels().size()));
      for (std::int64_t k = 0; k < strips[s].labels().size(); k++) {
        parts[next[rank[numbers[i++]]]++] = {static_cast<std::uint32_t>(s),
                                             static_cast<std::uint32_t>(k)};
      }
    }
  }

  Buffer<std::uint64_t> ids;
  Buffer<Part> parts;           // by label, and then by strip
  Buffer<std::int64_t> starts;  // of each label, and the end
};

// Adds the masks of labels [begin, end).
void add_masks(const std::vector<Strip>& strips, const StripGroups& groups, std::int64_t begin,
               std::int64_t end, Size size, bool measured, LabelMasks& out) {
  std::int64_t n = 0;
  for (std::int64_t i = groups.starts[begin]; i < groups.starts[end]; i++) {
    poll_some(i, 20);
    n += strips[groups.parts[i].strip].size(groups.parts[i].number);
  }
  out.masks.reserve_items(end - begin);
  out.masks.counts.reserve(2 * n + end - begin);
  if (measured) out.stats.grow(end - begin, false);
  const auto height = static_cast<std::uint32_t>(size.height);
  for (std::int64_t g = begin; g < end; g++) {
    SpanWriter writer(out.masks.counts, INT32_MAX);
    Sums sums;
    for (std::int64_t i = groups.starts[g]; i < groups.starts[g + 1]; i++) {
      const Strip& strip = strips[groups.parts[i].strip];
      const Span* spans = strip.spans(groups.parts[i].number);
      const std::int64_t n_spans = strip.size(groups.parts[i].number);
      const std::int64_t base = strip.x() * size.height;
      poll(50 + 5 * static_cast<double>(n_spans));
      for (std::int64_t k = 0; k < n_spans; k++) {
        writer.add(base + spans[k].begin, base + spans[k].end);
      }
      for (std::int64_t k = 0; measured && k < n_spans; k++) {
        const std::uint32_t column = spans[k].begin / height;
        const std::uint32_t y = spans[k].begin - column * height;
        const std::int64_t x = strip.x() + column;
        if (i == groups.starts[g] && k == 0) sums = Sums::starting_at(y, x);
        sums.add_run(y, y + spans[k].end - spans[k].begin, x, 1, 0, 0);
      }
    }
    writer.finish(size.area());
    out.masks.end_item(size);
    if (measured) out.stats.set_columns(g - begin, sums);
  }
}

}  // namespace

LabelMasks masks_of_labels(const DenseItem& map, bool measured, const Exec& exec) {
  LabelMasks out;
  if (map.size.area() == 0) return out;
  const std::int64_t columns = columns_of_strip(map, exec);
  const std::int64_t n_strips = (map.size.width + columns - 1) / columns;
  std::vector<Strip> strips(static_cast<std::size_t>(n_strips));
  const double pixels = double(columns) * double(map.size.height);
  for_ranges(exec, n_strips, 0.5 * pixels, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t s = begin; s < end; s++) {
      strips[static_cast<std::size_t>(s)] = Strip(map, s * columns, columns);
    }
  });
  StripGroups groups(strips, map.element);
  const std::int64_t n = groups.ids.size();
  const double cost = 0.2 * pixels * double(n_strips) / double(std::max<std::int64_t>(n, 1));
  const std::int64_t chunks = chunk_count(exec, n, cost);
  std::vector<LabelMasks> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    add_masks(strips, groups, begin, end, map.size, measured, parts[static_cast<std::size_t>(c)]);
  });
  out = std::move(parts[0]);
  std::vector<Runs> masks(parts.size() - 1);
  std::vector<ComponentStats> stats(parts.size() - 1);
  for (std::size_t c = 1; c < parts.size(); c++) {
    masks[c - 1] = std::move(parts[c].masks);
    stats[c - 1] = std::move(parts[c].stats);
  }
  append_parts(exec, masks, 0, out.masks);
  append_parts(exec, stats, out.stats);
  out.ids = std::move(groups.ids);
  return out;
}

}  // namespace me
