#include "ops/canvas/rules.h"

#include <algorithm>

#include "runs/bit_scan.h"

namespace me::cpu {

LabelSet::LabelSet(const std::uint64_t* labels, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) {
    if (labels[i] < 256) {
      narrow_[labels[i] / 64] |= std::uint64_t{1} << labels[i] % 64;
    } else {
      wide_.push_back(labels[i]);
    }
  }
  std::sort(wide_.begin(), wide_.end());
}

bool LabelSet::has(std::uint64_t label) const {
  if (label < 256) return (narrow_[label / 64] >> label % 64 & 1) != 0;
  return std::binary_search(wide_.begin(), wide_.end(), label);
}

namespace {

constexpr std::int64_t piece = 512;  // pixels of a mask that are read at a time

// Appends the stretches of a span that lie in a mask.
void cut_by_mask(const MaskRows& mask, const RowSpan& span, Buffer<RowSpan>& inside) {
  std::uint64_t words[piece / 64];
  const auto add = [&](std::int64_t begin, std::int64_t end) {
    if (!inside.empty() && inside.back().y == span.y && inside.back().end == begin) {
      inside.back().end = end;
    } else {
      inside.push_back({span.y, begin, end});
    }
  };
  for (std::int64_t x = span.begin; x < span.end; x += piece) {
    const std::int64_t n = std::min(piece, span.end - x);
    mask.read(span.y, x, n, words);
    for (std::int64_t k = 0; 64 * k < n; k++) {
      const std::int64_t left = n - 64 * k;
      std::uint64_t bits = words[k];
      if (left < 64) bits &= (std::uint64_t{1} << left) - 1;
      while (bits != 0) {
        const int first = lowest_bit(bits);
        const std::uint64_t rest = ~(bits >> first);
        const int end = rest == 0 ? 64 : std::min(64, first + lowest_bit(rest));
        add(x + 64 * k + first, x + 64 * k + end);
        bits = end >= 64 ? 0 : bits >> end << end;
      }
    }
  }
}

}  // namespace

void Rules::cut(const Buffer<RowSpan>& spans, Buffer<RowSpan>& inside) const {
  for (RowSpan span : spans) {
    if (span.y < box.top || span.y >= box.bottom) continue;
    span.begin = std::max(span.begin, box.left);
    span.end = std::min(span.end, box.right);
    if (span.begin >= span.end) continue;
    if (region) {
      cut_by_mask(*region, span, inside);
    } else {
      inside.push_back(span);
    }
  }
}

}  // namespace me::cpu
