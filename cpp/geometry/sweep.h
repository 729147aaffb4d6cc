// Edges that cross columns of pixel centres -> the crossings of each column, sorted, column by
// column. The one sweep below every fill rule; a rule that decides by rows hands in rows.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/limits.h"
#include "base/tuning.h"

namespace me {

// Memory of a sweep, kept between polygons.
template <class Key>
struct KeySweepScratch {
  Buffer<std::uint32_t> next;
  Buffer<Key> keys;
  Buffer<std::uint32_t> rows;
};
using SweepScratch = KeySweepScratch<std::uint32_t>;

// Puts two keys in order without a branch: which is larger cannot be predicted.
template <class Key>
void order(Key& a, Key& b) {
  const Key low = std::min(a, b);
  b = std::max(a, b);
  a = low;
}

template <class Key>
void sort_keys(Key* begin, Key* end) {
  if (end - begin == 4) {
    order(begin[0], begin[1]);
    order(begin[2], begin[3]);
    order(begin[0], begin[2]);
    order(begin[1], begin[3]);
    order(begin[1], begin[2]);
    return;
  }
  if (end - begin > 24) {
    std::sort(begin, end);
    return;
  }
  for (Key* at = begin + 1; at < end; at++) {
    const Key key = *at;
    Key* to = at;
    for (; to > begin && to[-1] > key; to--) *to = to[-1];
    *to = key;
  }
}

// Sorts the keys of each column [begin, end), which end where `ends` says, and hands them on.
template <class Key, class Columns>
void sort_columns(Key* keys, const std::uint32_t* ends, std::int64_t begin, std::int64_t end,
                  Columns& columns) {
  Key* from = keys;
  for (std::int64_t c = begin; c < end; c++) {
    Key* to = keys + ends[c - begin];
    if (to - from == 2) {  // nearly always
      columns.two(c, std::min(from[0], from[1]), std::max(from[0], from[1]));
    } else if (to != from) {
      sort_keys(from, to);
      columns.many(c, from, to);
    }
    from = to;
  }
}

// Fills change[0, columns] with the number of edges that begin, less those that end, at each column
// from `block` on.
template <class Edge>
void count_changes(const Buffer<Edge>& edges, std::int64_t block, std::int64_t columns,
                   Buffer<std::uint32_t>& change) {
  change.resize(columns + 1);
  std::memset(change.data(), 0, static_cast<std::size_t>(columns + 1) * sizeof(std::uint32_t));
  for (const Edge& edge : edges) {
    const std::int64_t begin = std::max<std::int64_t>(edge.first - block, 0);
    const std::int64_t end = std::min<std::int64_t>(edge.last + 1 - block, columns);
    if (begin >= end) continue;
    change[begin]++;
    change[end]--;  // wraps, and so does the running sum
  }
}

// An edge has `first` and `last`, the columns [first, last] that it crosses (never empty, never
// negative). write(edge, begin, end, next, keys) stores the edge's key for each column c in
// [begin, end) at keys[next[c - begin]++]. Then `columns` gets the sorted keys of each column that
// is crossed, in order: two(c, low, high) or many(c, begin, end); before, room(n) for up to n keys.
//
// Edges tell how many keys each column gets before any key is computed, so keys are written where
// they belong and only sorted within a column. Columns are taken in bands of bounded memory: cost
// and memory depend on the columns of the image, never on how far an edge reaches beyond.
template <class Edge, class Key, class Write, class Columns>
void sweep_columns(const Buffer<Edge>& edges, KeySweepScratch<Key>& scratch, Write write,
                   Columns columns) {
  std::int64_t first = INT64_MAX;
  std::int64_t last = -1;
  std::int64_t crossings = 0;
  for (const Edge& edge : edges) {
    first = std::min<std::int64_t>(first, edge.first);
    last = std::max<std::int64_t>(last, edge.last);
    crossings += edge.last - edge.first + 1;
  }
  check_limit(Limit::crossings, crossings, "polygons");
  const std::int64_t most = std::max(tuning::sweep_band_keys, 2 * edges.size());
  for (std::int64_t block = first; block <= last; block += tuning::sweep_block_columns) {
    const std::int64_t n = std::min(tuning::sweep_block_columns, last + 1 - block);
    count_changes(edges, block, n, scratch.next);
    std::uint32_t* next = scratch.next.data();
    std::uint32_t crossing = next[0];  // edges over the column at hand
    for (std::int64_t band = 0; band < n;) {
      std::int64_t stop = band;
      std::int64_t total = 0;
      do {
        next[stop] = static_cast<std::uint32_t>(total);
        total += crossing;
        crossing += next[++stop];
      } while (stop < n && total + crossing <= most);
      scratch.keys.resize(total);
      Key* keys = scratch.keys.data();
      for (const Edge& edge : edges) {
        const std::int64_t begin = std::max<std::int64_t>(edge.first - block, band);
        const std::int64_t end = std::min<std::int64_t>(edge.last + 1 - block, stop);
        if (begin < end) write(edge, block + begin, block + end, next + begin, keys);
      }
      columns.room(total);
      sort_columns(keys, next + band, block + band, block + stop, columns);
      poll(5 * static_cast<double>(total));
      band = stop;
    }
  }
}

// Columns for sweep_columns: calls take(c, begin, end) for the stretch [begin, end) from every
// other key of column c to the next, in order, where it is not empty.
template <class Take>
struct EvenOddSpans {
  Take take;

  void room(std::int64_t) {}
  void two(std::int64_t c, std::uint32_t begin, std::uint32_t end) {
    if (begin < end) take(c, begin, end);
  }
  void many(std::int64_t c, const std::uint32_t* begin, const std::uint32_t* end) {
    for (; begin + 1 < end; begin += 2) two(c, begin[0], begin[1]);
  }
};
template <class Take>
EvenOddSpans(Take) -> EvenOddSpans<Take>;

}  // namespace me
