#include "ops/encode_labels/encode_labels.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "runs/cursor.h"
#include "runs/label_strip.h"

namespace me::cpu {
namespace {

// Appends stretches of labels, in the order of pixels, joining equals.
class LabelWriter {
 public:
  explicit LabelWriter(LabelRuns& out) : out_(out) {}

  // What lies before the stretch and after the last one is background.
  void append(std::int64_t begin, std::int64_t end, std::uint64_t label) {
    if (begin > end_) push(begin - end_, 0);
    push(end - begin, label);
    end_ = end;
  }

  void finish(Size size) {
    if (size.area() > end_) push(size.area() - end_, 0);
    flush();
    if (size.area() == 0) {
      out_.runs.counts.push_back(0);
      out_.labels.push_back(0);
    }
    out_.runs.end_item(size);
  }

 private:
  void push(std::int64_t length, std::uint64_t label) {
    if (pending_ > 0 && label != label_) flush();
    label_ = label;
    pending_ += length;
  }

  void flush() {
    while (pending_ > 0) {
      const std::int64_t length = std::min<std::int64_t>(pending_, UINT32_MAX);
      out_.runs.counts.push_back(static_cast<std::uint32_t>(length));
      out_.labels.push_back(label_);
      pending_ -= length;
    }
  }

  LabelRuns& out_;
  std::int64_t end_ = 0;
  std::int64_t pending_ = 0;
  std::uint64_t label_ = 0;
};

struct Span {
  std::int64_t begin, end;
  std::int64_t mask;
};

// Sorts by begin, eleven bits at a time.
void sort_spans(Buffer<Span>& spans, std::int64_t area) {
  constexpr int bits = 11;
  Buffer<Span> spare(spans.size());
  for (int shift = 0; shift < 63 && area >> shift > 0; shift += bits) {
    std::int64_t next[(1 << bits) + 1] = {};
    const auto digit = [shift](const Span& span) {
      return span.begin >> shift & ((std::int64_t{1} << bits) - 1);
    };
    for (const Span& span : spans) next[digit(span) + 1]++;
    for (int d = 0; d < 1 << bits; d++) next[d + 1] += next[d];
    for (const Span& span : spans) spare[next[digit(span)]++] = span;
    spans.swap(spare);
  }
}

}  // namespace

LabelRuns encode_labels(const MaskView& maps) {
  LabelRuns out;
  const Size size{maps.height, maps.width};
  for (std::int64_t i = 0; i < maps.n; i++) {
    LabelWriter writer(out);
    const std::int64_t end = size.area() == 0 ? 0 : size.width;
    const DenseItem map = item_of(maps, i);
    const std::int64_t columns = end > 0 ? columns_of_strip(map, Exec{}) : 1;
    for (std::int64_t x = 0; x < end; x += columns) {
      const LabelStrip strip = label_strip(map, x, columns);
      const Buffer<std::uint64_t>& labels = strip.labels.values();
      const std::int64_t base = x * size.height;
      for (const LabelStretch& stretch : strip.stretches) {
        writer.append(base + stretch.begin, base + stretch.end, labels[stretch.number]);
      }
    }
    writer.finish(size);
  }
  return out;
}

LabelRuns encode_label_masks(const RunsView& masks, const std::uint64_t* labels, Size size) {
  Buffer<Span> spans;
  spans.reserve(masks.total_counts() / 2 + 1);
  for (std::int64_t i = 0; i < masks.n; i++) {
    if (masks.size(i) != size) {
      throw Error(ErrorKind::shape_mismatch, "masks", "expected masks of one size", i);
    }
    for_each_span(masks[i],
                  [&](std::int64_t begin, std::int64_t end) { spans.push_back({begin, end, i}); });
  }
  sort_spans(spans, size.area());
  LabelRuns out;
  LabelWriter writer(out);
  for (std::int64_t k = 0; k < spans.size(); k++) {
    if (k > 0 && spans[k].begin < spans[k - 1].end) {
      const auto [first, second] = std::minmax(spans[k].mask, spans[k - 1].mask);
      throw Error(ErrorKind::argument, "masks",
                  "expected masks that do not overlap, got a pixel of mask " +
                      std::to_string(first) + " in mask " + std::to_string(second),
                  second);
    }
    writer.append(spans[k].begin, spans[k].end, labels[spans[k].mask]);
  }
  writer.finish(size);
  return out;
}

}  // namespace me::cpu
