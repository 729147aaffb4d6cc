// Each row is compared with the one above: most words of the comparison are zero. Where it is not,
// an event says which label begins at (x, y); events are sorted by column, in a strip of columns at
// a time so that they stay bounded.
#include "runs/label_blocks.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "base/numbering.h"
#include "base/values.h"

namespace me {
namespace {

constexpr std::int64_t strip_columns = 512;
constexpr std::uint32_t background = UINT32_MAX;

struct Event {
  std::uint32_t x, y, number;
};

struct Start {
  std::uint32_t y, number;
};

// The labels that begin in each of some columns, from top to bottom: those of column k are
// [ends[k], ends[k + 1]).
struct Strip {
  Buffer<Start> starts;
  Buffer<std::int64_t> ends;

  // Calls take(column, start, end) for each stretch.
  template <class Take>
  void for_each(std::int64_t height, Take take) const {
    for (std::int64_t x = 0; x + 1 < ends.size(); x++) {
      for (std::int64_t k = ends[x]; k < ends[x + 1]; k++) {
        const bool last = k + 1 == ends[x + 1];
        take(x, starts[k], last ? static_cast<std::uint32_t>(height) : starts[k + 1].y);
      }
    }
  }
};

// Reads one strip after another.
class StripReader {
 public:
  StripReader(const DenseItem& map, Numbering& labels)
      : map_(map), bytes_(element_bytes(map.element)), labels_(labels) {}

  std::int64_t strips() const { return (map_.size.width + strip_columns - 1) / strip_columns; }

  Strip read(std::int64_t strip) {
    DenseItem map = map_;
    map.data += strip * strip_columns * map.column_stride;
    map.size.width = std::min(strip_columns, map.size.width - strip * strip_columns);
    find_events(map);
    return sort_events(map.size.width);
  }

 private:
  void find_events(const DenseItem& map) {
    const std::int64_t width = map.size.width;
    RowReader rows(map);
    Buffer<char> above(width * bytes_);
    std::fill(above.begin(), above.end(), '\0');
    Buffer<std::uint64_t> words(words_for(width));
    Buffer<std::uint32_t> places(width + kernels::positions_padding);
    const auto differ = change_kernels().differ[width_index(bytes_)];
    const auto positions = change_kernels().positions;
    const char* before = above.data();
    events_.clear();
    for (std::int64_t y = 0; y < map.size.height; y++) {
      const char* row = rows.row(y);
      differ(row, before, width, words.data());
      const std::int64_t n = positions(words.data(), words.size(), places.data());
      add_events(row, y, places.data(), n);
      if (rows.direct()) {
        before = row;
      } else {  // a block of copied rows may be gone when the next row is read
        std::memcpy(above.data(), row, static_cast<std::size_t>(width * bytes_));
      }
    }
  }

  void add_events(const char* row, std::int64_t y, const std::uint32_t* places, std::int64_t n) {
    Event* events = events_.grow(n);
    with_unsigned(bytes_, [&](auto zero) {
      using T = decltype(zero);
      for (std::int64_t k = 0; k < n; k++) {
        T value;
        std::memcpy(&value, row + std::int64_t{places[k]} * bytes_, sizeof(T));
        events[k] = {places[k], static_cast<std::uint32_t>(y),
                     value == 0 ? background : labels_.number_of(value)};
      }
    });
  }

  Strip sort_events(std::int64_t width) const {
    Strip strip;
    Buffer<std::int64_t>& ends = strip.ends;
    ends.resize(width + 1);
    std::fill(ends.begin(), ends.end(), std::int64_t{0});
    // two further on: ends[x + 1] is first where column x begins, and at last where it ends
    for (const Event& event : events_) {
      if (std::int64_t{event.x} + 2 <= width) ends[std::int64_t{event.x} + 2]++;
    }
    for (std::int64_t x = 2; x <= width; x++) ends[x] += ends[x - 1];
    strip.starts.resize(events_.size());
    for (const Event& event : events_) {
      strip.starts[ends[std::int64_t{event.x} + 1]++] = {event.y, event.number};
    }
    return strip;
  }

  DenseItem map_;
  std::int64_t bytes_;
  Numbering& labels_;
  Buffer<Event> events_;
};

// The numbers of labels, in the order of these.
Buffer<std::uint32_t> label_order(const Numbering& labels, Element element) {
  const Buffer<std::uint64_t>& values = labels.values();
  Buffer<std::uint32_t> order(values.size());
  for (std::int64_t k = 0; k < order.size(); k++) order[k] = static_cast<std::uint32_t>(k);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return sort_key(values[a], element) < sort_key(values[b], element);
  });
  return order;
}

}  // namespace

LabelBlocks label_blocks(const DenseItem& map) {
  LabelBlocks out;
  out.offsets.push_back(0);
  if (map.size.area() == 0) return out;
  Numbering labels;
  StripReader reader(map, labels);
  std::vector<Strip> strips;
  for (std::int64_t s = 0; s < reader.strips(); s++) strips.push_back(reader.read(s));
  // By number + 1, so that background is 0: the stretches, then where the next one goes. Those of
  // background all go to one place behind the others, rather than by a branch hard to foresee.
  Buffer<std::int64_t> next(labels.values().size() + 1);
  std::fill(next.begin(), next.end(), std::int64_t{0});
  for (const Strip& strip : strips) {
    for (const Start& start : strip.starts) next[start.number + 1]++;
  }
  std::int64_t end = 0;
  for (const std::uint32_t number : label_order(labels, map.element)) {
    const std::int64_t begin = end;
    end += std::exchange(next[std::int64_t{number} + 1], begin);
    out.offsets.push_back(end);
    out.ids.push_back(labels.values()[number]);
  }
  next[0] = end;
  out.blocks.resize(end + 1);
  for (std::int64_t s = 0; s < reader.strips(); s++) {
    const auto left = static_cast<std::uint32_t>(s * strip_columns);
    const auto place = [&](std::int64_t x, const Start& start, std::uint32_t stop) {
      std::int64_t& to = next[start.number + 1];
      out.blocks[to] = {left + static_cast<std::uint32_t>(x), start.y, stop};
      to += start.number != background ? 1 : 0;
    };
    strips[static_cast<std::size_t>(s)].for_each(map.size.height, place);
  }
  return out;
}

}  // namespace me
