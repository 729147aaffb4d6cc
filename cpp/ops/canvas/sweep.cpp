#include "ops/canvas/sweep.h"

#include <algorithm>

namespace me::cpu {

void Sweep::append_segment(const BrushPoint& a, const BrushPoint& b,
                           Buffer<LineSpan>& spans) const {
  const std::int64_t before = spans.size();
  me::append_segment(a, b, brush_, grid_, spans);
  if (brush_.shape == BrushShape::bitmap && before == 0) unite(spans);
}

const Buffer<RowSpan>& Sweep::move(const BrushPoint* points, std::int64_t n) {
  covered_.clear();
  fresh_.clear();
  if (n == 0) return fresh_;
  const bool starts = points_.empty();
  BrushPoint from = starts ? points[0] : points_.back();
  const std::int64_t first = starts && n > 1 ? 1 : 0;
  for (std::int64_t i = first; i < n; i++) {
    me::append_segment(from, points[i], brush_, grid_, covered_);
    from = points[i];
  }
  if (n - first > 1 || brush_.shape == BrushShape::bitmap) unite(covered_);
  leave_out_last();
  return fresh_;
}

void Sweep::leave_out_last() {
  std::int64_t j = 0;
  for (const LineSpan& span : covered_) {
    std::int64_t begin = span.begin;
    while (j < last_.size() &&
           (last_[j].line < span.line || (last_[j].line == span.line && last_[j].end <= begin))) {
      j++;
    }
    // a span of the last move may reach into the next one of this move
    for (std::int64_t k = j; k < last_.size() && last_[k].line == span.line; k++) {
      if (last_[k].begin >= span.end) break;
      if (last_[k].begin > begin) fresh_.push_back({span.line, begin, last_[k].begin});
      begin = std::max(begin, last_[k].end);
    }
    if (begin < span.end) fresh_.push_back({span.line, begin, span.end});
  }
}

void Sweep::keep(const BrushPoint* points, std::int64_t n) {
  points_.append(points, n);
  if (n > 0) last_.swap(covered_);
}

void Sweep::append_way(Buffer<RowSpan>& way) const {
  constexpr std::int64_t most_spans = std::int64_t{1} << 22;  // before they are united
  std::int64_t allowed = most_spans;
  Buffer<LineSpan> spans;
  const std::int64_t n = points_.size();
  const std::int64_t segments = n == 0 ? 0 : std::max<std::int64_t>(n - 1, 1);
  for (std::int64_t i = 0; i < segments; i++) {
    me::append_segment(points_[i], points_[std::min(i + 1, n - 1)], brush_, grid_, spans);
    if (spans.size() > allowed) {
      unite(spans);
      allowed = std::max(most_spans, 2 * spans.size());
    }
  }
  unite(spans);
  for (const LineSpan& span : spans) way.push_back({span.line, span.begin, span.end});
}

}  // namespace me::cpu
