#include "ops/canvas/layers.h"

#include <algorithm>

#include "ops/canvas/taken.h"
#include "runs/transposed.h"

namespace me::cpu {

void append_mask_spans(const RunList& mask, std::int64_t dx, std::int64_t dy, Size size,
                       Buffer<RowSpan>& spans) {
  const std::int64_t width = mask.size.width;
  if (mask.size.area() == 0) return;
  Buffer<std::uint32_t> counts;
  append_transposed(mask, {}, counts);
  const auto add = [&](std::int64_t y, std::int64_t begin, std::int64_t end) {
    if (y < 0 || y >= size.height) return;
    begin = std::max<std::int64_t>(begin, 0);
    end = std::min(end, size.width);
    if (begin < end) spans.push_back({y, begin, end});
  };
  std::int64_t position = 0;
  for (std::int64_t i = 0; i + 1 < counts.size(); i += 2) {
    position += counts[i];
    std::int64_t end = position + counts[i + 1];
    while (i + 3 < counts.size() && counts[i + 2] == 0) {  // a run that was split
      end += counts[i + 3];
      i += 2;
    }
    while (position < end) {
      const std::int64_t y = position / width;
      const std::int64_t stop = std::min(end, (y + 1) * width);
      add(y + dy, position - y * width + dx, stop - y * width + dx);
      position = stop;
    }
  }
}

void find_layer_changes(LabelMap& labels, const std::vector<Layer>& layers, std::int64_t dx,
                        std::int64_t dy, const Rules& rules, Changes& changes) {
  TakenPixels taken;
  Buffer<RowSpan> spans;
  Buffer<RowSpan> fresh;
  Buffer<RowSpan> inside;
  for (const Layer& layer : layers) {
    spans.clear();
    append_mask_spans(layer.mask, dx, dy, labels.size(), spans);
    if (layers.size() > 1) {
      fresh.clear();
      for (const RowSpan& span : spans) taken.take(span, fresh);
      spans.swap(fresh);
    }
    inside.clear();
    rules.cut(spans, inside);
    find_changes(labels, inside, {layer.label, {}}, rules, changes);
  }
  if (layers.size() > 1) put_in_order(changes);
}

}  // namespace me::cpu
