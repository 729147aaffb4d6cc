// Each row is compared with the one above: most words of the comparison are zero. Where it is not,
// an event says which label begins at (x, y). Events are then sorted by column.
#include "runs/label_strip.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/values.h"

namespace me {
namespace {

constexpr std::int64_t most_columns = 512;
constexpr std::uint32_t background = UINT32_MAX;

class StripReader {
 public:
  explicit StripReader(const DenseItem& map) : map_(map) {}

  LabelStrip give() {
    read();
    sort_by_column();
    return std::move(strip_);
  }

 private:
  struct Event {
    std::uint32_t x, y, number;
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
                     value == 0 ? background : strip_.labels.number_of(value)};
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
    strip_.stretches.resize(events_.size());
    LabelStretch* stretch = strip_.stretches.data();
    std::int64_t k = 0;
    for (std::int64_t x = 0; x < width; x++) {  // next[x] is now the end of column x
      const std::uint32_t start = static_cast<std::uint32_t>(x) * height;
      const std::int64_t end = next[x];
      for (; k < end; k++) {
        const std::uint32_t stop = k + 1 < end ? sorted[k + 1].y : height;
        *stretch = {start + sorted[k].y, start + stop, sorted[k].number};
        stretch += sorted[k].number != background ? 1 : 0;
      }
    }
    strip_.stretches.truncate(stretch - strip_.stretches.data());
  }

  DenseItem map_;
  Buffer<Event> events_;
  LabelStrip strip_;
};

}  // namespace

std::int64_t columns_of_strip(const Size& size) {
  return std::clamp<std::int64_t>(INT64_C(0xFFFFFFFF) / size.height, 1, most_columns);
}

LabelStrip label_strip(const DenseItem& map, std::int64_t x) {
  DenseItem part = map;
  part.data += x * map.column_stride;
  part.size.width = std::min(columns_of_strip(map.size), map.size.width - x);
  return StripReader(part).give();
}

}  // namespace me
