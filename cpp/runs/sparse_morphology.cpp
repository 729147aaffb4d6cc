#include "runs/sparse_morphology.h"

#include <algorithm>
#include <cmath>

#include "base/interrupt.h"
#include "runs/span_writer.h"
#include "runs/spans.h"

namespace me {
namespace {

using Span = SpanLines::Span;

// Appends spans united, in order.
void append_united(Buffer<Span>& all, Buffer<Span>& to) {
  std::sort(all.begin(), all.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  const std::int64_t first = to.size();
  for (const Span& span : all) {
    if (to.size() > first && to[to.size() - 1].end >= span.begin) {
      to[to.size() - 1].end = std::max(to[to.size() - 1].end, span.end);
    } else {
      to.push_back(span);
    }
  }
}

}  // namespace

bool is_sparse(std::int64_t runs, const LineStack& stack, const Footprint& footprint, int passes) {
  constexpr double span_cost = 32;  // of words
  const double spans = static_cast<double>(runs + stack.lines);
  const double near = std::min<double>(2.0 * static_cast<double>(footprint.across()) + 1,
                                       static_cast<double>(stack.lines));
  return spans * std::pow(near, passes) * span_cost <
         static_cast<double>(stack.lines) * static_cast<double>(words_for(stack.length));
}

SpanLines span_lines(const RunList& runs, const Box& box) {
  SpanLines lines{{}, {}, box.bottom - box.top};
  SpanCursor spans(runs);
  for (std::int64_t x = box.left; x < box.right; x++) {
    lines.starts.push_back(lines.spans.size());
    const std::int64_t top = x * runs.size.height + box.top;
    const std::int64_t next = (x + 1) * runs.size.height;
    for (; !spans.done() && spans.begin() < next; spans.step()) {
      const std::int64_t begin = std::max(spans.begin() - top, std::int64_t{0});
      const std::int64_t end = std::min(spans.end() - top, lines.length);
      if (begin < end) lines.spans.push_back({begin, end});
      if (spans.end() > next) break;  // it goes on in the next column
    }
    poll(10);
  }
  lines.starts.push_back(lines.spans.size());
  return lines;
}

SpanLines dilate_spans(const SpanLines& lines, const Footprint& footprint, const Outside& outside) {
  SpanLines result{{}, {}, lines.length};
  const std::int64_t n = lines.starts.size() - 1;
  const std::int64_t across = footprint.across();
  Buffer<Span> near;
  for (std::int64_t y = 0; y < n; y++) {
    result.starts.push_back(result.spans.size());
    if ((outside.first && y < across) || (outside.last && y >= n - across)) {
      result.spans.push_back({0, lines.length});
      continue;
    }
    near.truncate(0);
    for (std::int64_t from = std::max(y - across, std::int64_t{0});
         from < std::min(y + across + 1, n); from++) {
      const std::int64_t reach = footprint.along(std::abs(from - y));
      if (outside.low && reach > 0) near.push_back({0, std::min(reach, lines.length)});
      for (std::int64_t k = lines.starts[from]; k < lines.starts[from + 1]; k++) {
        const Span& span = lines.spans[k];
        near.push_back({std::max(span.begin - reach, std::int64_t{0}),
                        std::min(span.end + reach, lines.length)});
      }
      if (outside.high && reach > 0) {
        near.push_back({std::max(lines.length - reach, std::int64_t{0}), lines.length});
      }
    }
    poll(static_cast<double>(20 * near.size()));
    append_united(near, result.spans);
  }
  result.starts.push_back(result.spans.size());
  return result;
}

SpanLines inverted(const SpanLines& lines) {
  SpanLines result{{}, {}, lines.length};
  const std::int64_t n = lines.starts.size() - 1;
  for (std::int64_t y = 0; y < n; y++) {
    result.starts.push_back(result.spans.size());
    std::int64_t begin = 0;
    for (std::int64_t k = lines.starts[y]; k < lines.starts[y + 1]; k++) {
      if (begin < lines.spans[k].begin) result.spans.push_back({begin, lines.spans[k].begin});
      begin = lines.spans[k].end;
    }
    if (begin < lines.length) result.spans.push_back({begin, lines.length});
  }
  result.starts.push_back(result.spans.size());
  return result;
}

void append_counts(const SpanLines& lines, Size size, const Box& box, std::int64_t limit,
                   Buffer<std::uint32_t>& counts) {
  SpanWriter writer(counts, limit);
  const std::int64_t n = lines.starts.size() - 1;
  for (std::int64_t y = 0; y < n; y++) {
    const std::int64_t base = (box.left + y) * size.height + box.top;
    for (std::int64_t k = lines.starts[y]; k < lines.starts[y + 1]; k++) {
      writer.add(base + lines.spans[k].begin, base + lines.spans[k].end);
    }
  }
  writer.finish(size.area());
}

}  // namespace me
