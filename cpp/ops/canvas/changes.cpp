#include "ops/canvas/changes.h"

namespace me::cpu {
namespace {

bool comes_before(const Change& a, const Change& b) {
  return a.y != b.y ? a.y < b.y : a.begin < b.begin;
}

// Files changes by row, then sorts each row: the rows of a stroke are few, and met many times.
void sort_by_row(Changes& changes, std::int64_t top, std::int64_t rows) {
  Buffer<std::int64_t> next(rows + 1);
  std::fill(next.begin(), next.end(), 0);
  for (const Change& change : changes) next[change.y - top + 1]++;
  for (std::int64_t r = 0; r < rows; r++) next[r + 1] += next[r];
  Changes filed(changes.size());
  for (const Change& change : changes) filed[next[change.y - top]++] = change;
  std::int64_t begin = 0;  // next[r] is now the end of row r
  for (std::int64_t r = 0; r < rows; r++) {
    std::sort(filed.begin() + begin, filed.begin() + next[r], comes_before);
    begin = next[r];
  }
  changes.swap(filed);
}

}  // namespace

void put_in_order(Changes& changes) {
  if (!std::is_sorted(changes.begin(), changes.end(), comes_before)) {
    const Extent extent = extent_of(changes);
    const std::int64_t rows = extent.box.bottom - extent.box.top;
    if (rows <= 2 * changes.size()) {
      sort_by_row(changes, extent.box.top, rows);
    } else {
      std::sort(changes.begin(), changes.end(), comes_before);
    }
  }
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < changes.size(); i++) {
    Change change = changes[i];
    const bool same_row = n > 0 && changes[n - 1].y == change.y;
    if (same_row) change.begin = std::max(change.begin, changes[n - 1].end);
    if (change.begin >= change.end) continue;
    const bool touches =
        same_row && changes[n - 1].end == change.begin && changes[n - 1].same_labels(change);
    if (touches) {
      changes[n - 1].end = change.end;
    } else {
      changes[n++] = change;
    }
  }
  changes.truncate(n);
}

void compose_steps(const Changes& first, const Changes& second, Changes& both) {
  const auto add = [&](const Change& source, std::int32_t begin, std::int32_t end,
                       std::uint64_t before, std::uint64_t after) {
    if (before != after) add_in_order(both, {source.y, begin, end, before, after});
  };
  std::int64_t i = 0;
  std::int64_t j = 0;
  std::int32_t done_i = 0;  // how far the change in hand has been dealt with
  std::int32_t done_j = 0;
  while (i < first.size() || j < second.size()) {
    const Change* const a = i < first.size() ? &first[i] : nullptr;
    const Change* const b = j < second.size() ? &second[j] : nullptr;
    const std::int32_t a_begin = a != nullptr ? std::max(a->begin, done_i) : 0;
    const std::int32_t b_begin = b != nullptr ? std::max(b->begin, done_j) : 0;
    const bool same_row = a != nullptr && b != nullptr && a->y == b->y;
    if (same_row && a_begin == b_begin) {
      const std::int32_t end = std::min(a->end, b->end);
      add(*a, a_begin, end, a->before, b->after);
      done_i = done_j = end;
    } else if (b == nullptr || (a != nullptr && (a->y < b->y || (same_row && a_begin < b_begin)))) {
      const std::int32_t end = same_row ? std::min(a->end, b_begin) : a->end;
      add(*a, a_begin, end, a->before, a->after);
      done_i = end;
    } else {
      const std::int32_t end = same_row ? std::min(b->end, a_begin) : b->end;
      add(*b, b_begin, end, b->before, b->after);
      done_j = end;
    }
    if (a != nullptr && done_i >= a->end) {
      i++;
      done_i = 0;
    }
    if (b != nullptr && done_j >= b->end) {
      j++;
      done_j = 0;
    }
  }
}

Extent extent_of(const Changes& changes) {
  Extent extent;
  for (const Change& change : changes) extent.add(change.y, change.begin, change.end);
  return extent;
}

}  // namespace me::cpu
