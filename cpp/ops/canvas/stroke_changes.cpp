#include "ops/canvas/stroke_changes.h"

#include <algorithm>

namespace me::cpu {

StrokeChanges::Row& StrokeChanges::row_at(std::int64_t y) {
  if (rows_.empty()) top_ = y;
  if (y < top_) {
    const std::int64_t more = std::min(std::max(top_ - y, rows_.size() / 2 + 64), top_);
    Buffer<Row> rows(more);
    std::fill(rows.begin(), rows.end(), Row{});
    rows.append(rows_.data(), rows_.size());
    rows_.swap(rows);
    top_ -= more;
  }
  const std::int64_t below = y - top_ + 1 - rows_.size();
  if (below > 0) std::fill_n(rows_.grow(below), below, Row{});
  return rows_[y - top_];
}

void StrokeChanges::add(const Changes& changes) {
  for (const Change& change : changes) {
    Row& row = row_at(change.y);
    const auto same = [&](const Piece& piece) {
      return piece.before == change.before && piece.after == change.after;
    };
    if (row.first >= 0) {
      Piece& right = pieces_[row.right];
      if (right.end == change.begin && same(right)) {
        right.end = change.end;
        continue;
      }
      Piece& left = pieces_[row.left];
      if (left.begin == change.end && same(left)) {
        left.begin = change.begin;
        continue;
      }
    }
    const auto number = static_cast<std::int32_t>(pieces_.size());
    pieces_.push_back({change.begin, change.end, change.before, change.after, row.first});
    if (row.first < 0 || change.end > pieces_[row.right].end) row.right = number;
    if (row.first < 0 || change.begin < pieces_[row.left].begin) row.left = number;
    row.first = number;
  }
}

Changes StrokeChanges::in_order() const {
  Changes all;
  all.reserve(pieces_.size());
  for (std::int64_t r = 0; r < rows_.size(); r++) {
    for (std::int32_t i = rows_[r].first; i >= 0; i = pieces_[i].next) {
      const Piece& piece = pieces_[i];
      all.push_back(
          {static_cast<std::int32_t>(top_ + r), piece.begin, piece.end, piece.before, piece.after});
    }
  }
  put_in_order(all);
  return all;
}

}  // namespace me::cpu
