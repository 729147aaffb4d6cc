// Each row is compared with the one above: most words of the comparison are zero. Where it is not,
// an event says which label begins at (x, y). Events are sorted by column and then by label, in a
// strip of columns at a time, so that they stay in the caches; strips need nothing of each other.
#include "runs/label_columns.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/numbering.h"
#include "base/parallel.h"
#include "base/values.h"
#include "runs/span_writer.h"

namespace me {
namespace {

constexpr std::int64_t strip_columns = 512;
constexpr std::uint32_t background = UINT32_MAX;

// Columns to a strip: positions in one fit 32 bits.
std::int64_t columns_of_strip(const Size& size) {
  return std::clamp<std::int64_t>(INT64_C(0xFFFFFFFF) / size.height, 1, strip_columns);
}

// Pixels [begin, end) of a strip, in the order of runs.
struct Span {
  std::uint32_t begin, end;
};

class Strip {
 public:
  Strip() = default;
  Strip(const DenseItem& map, std::int64_t x) : map_(map), x_(x) {
    map_.data += x * map.column_stride;
    map_.size.width = std::min(columns_of_strip(map.size), map.size.width - x);
    read();
    sort_by_column();
    sort_by_label();
  }

  std::int64_t x() const { return x_; }
  // The labels in it, and the spans of the one with a number.
  const Buffer<std::uint64_t>& labels() const { return labels_.values(); }
  std::int64_t size(std::int64_t number) const { return starts_[number + 1] - starts_[number]; }
  const Span* spans(std::int64_t number) const { return spans_.data() + starts_[number]; }

 private:
  struct Event {
    std::uint32_t x, y, number;
  };
  struct Stretch {
    Span span;
    std::uint32_t number;
  };

  void read() {
    const std::int64_t width = map_.size.width;
    const std::int64_t bytes = element_bytes(map_.element);
    RowReader rows(map_);
    Buffer<char> above(width * bytes);
    std::fill(above.begin(), above.end(), '\0');
    Buffer<std::uint64_t> words(words_for(width));
    Buffer<std::uint32_t> places(width + kernels::positions_padding);
    const auto differ = change_kernels().differ[width_index(bytes)];
    const auto positions = change_kernels().positions;
    const char* before = above.data();
    for (std::int64_t y = 0; y < map_.size.height; y++) {
      const char* row = rows.row(y);
      differ(row, before, width, words.data());
      const std::int64_t n = positions(words.data(), words.size(), places.data());
      add_events(row, y, places.data(), n);
      if (rows.direct()) {
        before = row;
      } else {  // a block of copied rows may be gone when the next row is read
        std::memcpy(above.data(), row, static_cast<std::size_t>(width * bytes));
      }
    }
  }

  void add_events(const char* row, std::int64_t y, const std::uint32_t* places, std::int64_t n) {
    Event* events = events_.grow(n);
    with_unsigned(element_bytes(map_.element), [&](auto zero) {
      using T = decltype(zero);
      for (std::int64_t k = 0; k < n; k++) {
        T value;
        std::memcpy(&value, row + places[k] * sizeof(T), sizeof(T));
        events[k] = {places[k], static_cast<std::uint32_t>(y),
                     value == 0 ? background : labels_.number_of(value)};
      }
    });
  }

  void sort_by_column() {
    struct Start {
      std::uint32_t y, number;
    };
    const std::int64_t width = map_.size.width;
    const auto height = static_cast<std::uint32_t>(map_.size.height);
    Buffer<std::int64_t> next(width + 1);
    std::fill(next.begin(), next.end(), std::int64_t{0});
    for (const Event& event : events_) next[std::int64_t{event.x} + 1]++;
    for (std::int64_t x = 0; x < width; x++) next[x + 1] += next[x];
    Buffer<Start> sorted(events_.size());
    for (const Event& event : events_) sorted[next[event.x]++] = {event.y, event.number};
    // background is written, too, and then written over: whether it comes next is hard to foresee
    stretches_.resize(events_.size());
    Stretch* stretch = stretches_.data();
    std::int64_t k = 0;
    for (std::int64_t x = 0; x < width; x++) {  // next[x] is now the end of column x
      const std::uint32_t start = static_cast<std::uint32_t>(x) * height;
      const std::int64_t end = next[x];
      for (; k < end; k++) {
        const std::uint32_t stop = k + 1 < end ? sorted[k + 1].y : height;
        *stretch = {{start + sorted[k].y, start + stop}, sorted[k].number};
        stretch += sorted[k].number != background ? 1 : 0;
      }
    }
    stretches_.truncate(stretch - stretches_.data());
    events_ = Buffer<Event>();
  }

  void sort_by_label() {
    const std::int64_t n = labels().size();
    starts_.resize(n + 1);
    std::fill(starts_.begin(), starts_.end(), std::int64_t{0});
    for (const Stretch& stretch : stretches_) starts_[std::int64_t{stretch.number} + 1]++;
    for (std::int64_t k = 0; k < n; k++) starts_[k + 1] += starts_[k];
    Buffer<std::int64_t> next(starts_);
    spans_.resize(stretches_.size());
    for (const Stretch& stretch : stretches_) spans_[next[stretch.number]++] = stretch.span;
    stretches_ = Buffer<Stretch>();
  }

  DenseItem map_{};
  std::int64_t x_ = 0;
  Numbering labels_;
  Buffer<Event> events_;
  Buffer<Stretch> stretches_;
  Buffer<Span> spans_;  // by number
  Buffer<std::int64_t> starts_;
};

// Which strips hold which labels.
class Groups {
 public:
  struct Part {
    std::uint32_t strip, number;
  };

  Groups(const std::vector<Strip>& strips, Element element) {
    Numbering labels;
    Buffer<std::uint32_t> numbers;  // of the labels of all strips, one after the other
    for (const Strip& strip : strips) {
      for (const std::uint64_t label : strip.labels()) numbers.push_back(labels.number_of(label));
    }
    const std::int64_t n = labels.values().size();
    Buffer<std::uint32_t> order(n);
    for (std::int64_t k = 0; k < n; k++) order[k] = static_cast<std::uint32_t>(k);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return sort_key(labels.values()[a], element) < sort_key(labels.values()[b], element);
    });
    Buffer<std::uint32_t> rank(n);
    ids.resize(n);
    for (std::int64_t k = 0; k < n; k++) {
      rank[order[k]] = static_cast<std::uint32_t>(k);
      ids[k] = labels.values()[order[k]];
    }
    starts.resize(n + 1);
    std::fill(starts.begin(), starts.end(), std::int64_t{0});
    for (const std::uint32_t number : numbers) starts[std::int64_t{rank[number]} + 1]++;
    for (std::int64_t k = 0; k < n; k++) starts[k + 1] += starts[k];
    Buffer<std::int64_t> next(starts);
    parts.resize(numbers.size());
    std::int64_t i = 0;
    for (std::size_t s = 0; s < strips.size(); s++) {
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
void add_masks(const std::vector<Strip>& strips, const Groups& groups, std::int64_t begin,
               std::int64_t end, Size size, bool measured, LabelMasks& out) {
  std::int64_t n = 0;
  for (std::int64_t i = groups.starts[begin]; i < groups.starts[end]; i++) {
    n += strips[groups.parts[i].strip].size(groups.parts[i].number);
  }
  out.masks.reserve_items(end - begin);
  out.masks.counts.reserve(2 * n + end - begin);
  if (measured) out.stats.reserve(end - begin, false);
  const auto height = static_cast<std::uint32_t>(size.height);
  for (std::int64_t g = begin; g < end; g++) {
    SpanWriter writer(out.masks.counts, INT32_MAX);
    Sums sums;
    for (std::int64_t i = groups.starts[g]; i < groups.starts[g + 1]; i++) {
      const Strip& strip = strips[groups.parts[i].strip];
      const Span* spans = strip.spans(groups.parts[i].number);
      const std::int64_t n_spans = strip.size(groups.parts[i].number);
      const std::int64_t base = strip.x() * size.height;
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
    if (measured) out.stats.add_columns(sums);
  }
}

}  // namespace

LabelMasks masks_of_labels(const DenseItem& map, bool measured, const Exec& exec) {
  LabelMasks out;
  if (map.size.area() == 0) return out;
  const std::int64_t columns = columns_of_strip(map.size);
  const std::int64_t n_strips = (map.size.width + columns - 1) / columns;
  std::vector<Strip> strips(static_cast<std::size_t>(n_strips));
  const double pixels = double(columns) * double(map.size.height);
  for_ranges(exec, n_strips, 0.5 * pixels, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t s = begin; s < end; s++) {
      strips[static_cast<std::size_t>(s)] = Strip(map, s * columns);
    }
  });
  Groups groups(strips, map.element);
  const std::int64_t n = groups.ids.size();
  const double cost = 0.2 * pixels * double(n_strips) / double(std::max<std::int64_t>(n, 1));
  const std::int64_t chunks = chunk_count(exec, n, cost);
  std::vector<LabelMasks> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    add_masks(strips, groups, begin, end, map.size, measured, parts[static_cast<std::size_t>(c)]);
  });
  out = std::move(parts[0]);
  for (std::size_t c = 1; c < parts.size(); c++) {
    append(out.masks, parts[c].masks);
    if (measured) out.stats.append(parts[c].stats);
  }
  out.ids = std::move(groups.ids);
  return out;
}

}  // namespace me
