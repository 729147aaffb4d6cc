// Each row is compared with the one above: most words of the comparison are zero. Where it is not,
// an event says which label begins at (x, y); events are sorted by column, in a strip of columns at
// a time so that they stay bounded.
#include "runs/label_columns.h"

#include <algorithm>
#include <cstring>

#include "base/values.h"

namespace me {
namespace {

constexpr std::int64_t strip_columns = 512;
constexpr std::uint32_t background = UINT32_MAX;

struct Event {
  std::uint32_t x, y, number;
};

class Strip {
 public:
  Strip(const DenseItem& map, std::int64_t x, LabelColumns& out)
      : map_(map), x_(x), bytes_(element_bytes(map.element)), out_(out) {
    map_.data += x * map.column_stride;
    map_.size.width = std::min(strip_columns, map.size.width - x);
  }

  void read() {
    const std::int64_t width = map_.size.width;
    RowReader rows(map_);
    Buffer<char> above(width * bytes_);
    std::fill(above.begin(), above.end(), '\0');
    Buffer<std::uint64_t> words(words_for(width));
    Buffer<std::uint32_t> places(width + kernels::positions_padding);
    const auto differ = change_kernels().differ[width_index(bytes_)];
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
        std::memcpy(above.data(), row, static_cast<std::size_t>(width * bytes_));
      }
    }
    write_columns();
  }

 private:
  void add_events(const char* row, std::int64_t y, const std::uint32_t* places, std::int64_t n) {
    Event* events = events_.grow(n);
    with_unsigned(bytes_, [&](auto zero) {
      using T = decltype(zero);
      for (std::int64_t k = 0; k < n; k++) {
        T value;
        std::memcpy(&value, row + std::int64_t{places[k]} * bytes_, sizeof(T));
        events[k] = {places[k], static_cast<std::uint32_t>(y),
                     value == 0 ? background : out_.labels.number_of(value)};
      }
    });
  }

  void write_columns() {
    struct Start {
      std::uint32_t y, number;
    };
    const std::int64_t width = map_.size.width;
    const std::int64_t height = map_.size.height;
    Buffer<std::int64_t> next(width + 1);
    std::fill(next.begin(), next.end(), std::int64_t{0});
    for (const Event& event : events_) next[std::int64_t{event.x} + 1]++;
    for (std::int64_t x = 0; x < width; x++) next[x + 1] += next[x];
    Buffer<Start> sorted(events_.size());
    for (const Event& event : events_) sorted[next[event.x]++] = {event.y, event.number};
    // background is written, too, and then written over: whether it comes next is hard to foresee
    Stretch* stretch = out_.stretches.grow(events_.size());
    std::uint32_t* number = out_.numbers.grow(events_.size());
    std::int64_t k = 0;
    for (std::int64_t x = 0; x < width; x++) {  // next[x] is now the end of column x
      const std::int64_t start = (x_ + x) * height;
      const std::int64_t end = next[x];
      for (; k < end; k++) {
        const std::int64_t stop = k + 1 < end ? std::int64_t{sorted[k + 1].y} : height;
        *stretch = {start + sorted[k].y, start + stop};
        *number = sorted[k].number;
        const bool keep = sorted[k].number != background;
        stretch += keep ? 1 : 0;
        number += keep ? 1 : 0;
      }
    }
    out_.stretches.truncate(stretch - out_.stretches.data());
    out_.numbers.truncate(number - out_.numbers.data());
  }

  DenseItem map_;
  std::int64_t x_;
  std::int64_t bytes_;
  LabelColumns& out_;
  Buffer<Event> events_;
};

}  // namespace

LabelColumns label_columns(const DenseItem& map) {
  LabelColumns out;
  if (map.size.area() == 0) return out;
  for (std::int64_t x = 0; x < map.size.width; x += strip_columns) Strip(map, x, out).read();
  return out;
}

Buffer<std::uint64_t> sort_labels(LabelColumns& columns, Element element) {
  const Buffer<std::uint64_t>& values = columns.labels.values();
  const std::int64_t n = values.size();
  Buffer<std::uint32_t> order(n);
  for (std::int64_t k = 0; k < n; k++) order[k] = static_cast<std::uint32_t>(k);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return sort_key(values[a], element) < sort_key(values[b], element);
  });
  Buffer<std::uint32_t> rank(n);
  Buffer<std::uint64_t> sorted(n);
  for (std::int64_t k = 0; k < n; k++) {
    rank[order[k]] = static_cast<std::uint32_t>(k);
    sorted[k] = values[order[k]];
  }
  for (std::uint32_t& number : columns.numbers) number = rank[number];
  return sorted;
}

}  // namespace me
