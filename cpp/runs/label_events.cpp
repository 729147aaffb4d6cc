// Each row is compared with the one above: most words of the comparison are zero. Where it is not,
// an event says which label begins at (x, y); events are sorted by column.
#include "runs/label_events.h"

#include <algorithm>
#include <cstring>

#include "base/interrupt.h"
#include "base/prefetch.h"
#include "base/sort_polling.h"
#include "base/values.h"

namespace me {

LabelStarts LabelEvents::read(const DenseItem& map, Numbering& labels) {
  find(map, labels);
  return sorted_by_column(map.size.width);
}

namespace {

// A strip takes a few cache lines of each row, a page or more apart, which no processor foresees:
// they are asked for some rows before they are read, but not more than a first cache has room for.
constexpr std::int64_t most_rows_ahead = 8;
constexpr std::int64_t bytes_ahead = 8192;

void ask_for(const char* row, std::int64_t bytes) {
  for (std::int64_t b = 0; b < bytes; b += 64) prefetch(row + b);
}

}  // namespace

void LabelEvents::find(const DenseItem& map, Numbering& labels) {
  const std::int64_t width = map.size.width;
  const std::int64_t bytes = element_bytes(map.element);
  RowReader rows(map);
  Buffer<char> above(width * bytes);
  std::fill(above.begin(), above.end(), '\0');
  Buffer<std::uint64_t> words(words_for(width));
  Buffer<std::uint32_t> places(width + kernels::positions_padding);
  const auto differ = change_kernels().differ[width_index(bytes)];
  const auto positions = change_kernels().positions;
  const char* before = above.data();
  const std::int64_t ahead =
      rows.direct()
          ? std::min(most_rows_ahead, bytes_ahead / std::max<std::int64_t>(width * bytes, 1))
          : 0;
  events_.clear();
  for (std::int64_t y = 0; y < map.size.height; y++) {
    poll(10 * static_cast<double>(width));
    const char* row = rows.row(y);
    if (ahead > 0 && y + ahead < map.size.height) {
      ask_for(rows.row(y + ahead), width * bytes);
    }
    differ(row, before, width, words.data());
    const std::int64_t n = positions(words.data(), words.size(), places.data());
    add(row, y, places.data(), n, bytes, labels);
    if (rows.direct()) {
      before = row;
    } else {  // a block of copied rows may be gone when the next row is read
      std::memcpy(above.data(), row, static_cast<std::size_t>(width * bytes));
    }
  }
}

void LabelEvents::add(const char* row, std::int64_t y, const std::uint32_t* places, std::int64_t n,
                      std::int64_t bytes, Numbering& labels) {
  Event* events = events_.grow(n);
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t k = 0; k < n; k++) {
      T value;
      std::memcpy(&value, row + places[k] * sizeof(T), sizeof(T));
      events[k] = {places[k], static_cast<std::uint32_t>(y),
                   value == 0 ? LabelStart::background : labels.number_of(value)};
    }
  });
}

LabelStarts LabelEvents::sorted_by_column(std::int64_t width) const {
  LabelStarts out;
  Buffer<std::int64_t>& ends = out.ends;
  ends.resize(width + 1);
  std::fill(ends.begin(), ends.end(), std::int64_t{0});
  // two further on: ends[x + 1] is first where column x begins, and at last where it ends
  for (const Event& event : events_) {
    if (std::int64_t{event.x} + 2 <= width) ends[std::int64_t{event.x} + 2]++;
  }
  for (std::int64_t x = 2; x <= width; x++) ends[x] += ends[x - 1];
  out.starts.resize(events_.size());
  for (const Event& event : events_) {
    out.starts[ends[std::int64_t{event.x} + 1]++] = {event.y, event.number};
  }
  return out;
}

Buffer<std::uint32_t> label_order(const Numbering& labels, Element element) {
  const Buffer<std::uint64_t>& values = labels.values();
  Buffer<std::uint32_t> order(values.size());
  for (std::int64_t k = 0; k < order.size(); k++) order[k] = static_cast<std::uint32_t>(k);
  sort_polling(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return sort_key(values[a], element) < sort_key(values[b], element);
  });
  return order;
}

}  // namespace me
