#include "ops/erode/erode.h"

#include "base/parallel.h"
#include "base/values.h"
#include "runs/morphology.h"

namespace me::cpu {
namespace {

// Takes the bands that erosion removes and writes the labels outside them.
class KeptLabels final : public LineSink {
 public:
  KeptLabels(const LabelRows& labels, const MutableMaskView& out)
      : labels_(labels),
        out_(out),
        removed_(labels.width * labels.bytes),
        unpack_(unpack_of(labels.bytes)) {}

  void write(std::int64_t y, const std::uint64_t* words) override {
    unpack_(words, labels_.width, ~std::uint64_t{0}, removed_.data());
    with_unsigned(labels_.bytes, [&](auto zero) {
      using T = decltype(zero);
      const T* row = reinterpret_cast<const T*>(labels_.row(y));
      const T* removed = reinterpret_cast<const T*>(removed_.data());
      T* to = reinterpret_cast<T*>(out_.data + y * out_.row_stride);
      for (std::int64_t x = 0; x < labels_.width; x++) to[x] = row[x] & ~removed[x];
    });
  }

 private:
  LabelRows labels_;
  MutableMaskView out_;
  Buffer<char> removed_;
  Unpack unpack_;
};

}  // namespace

Runs erode(const RunsView& masks, const Reach& reach, bool border_set, const Exec& exec) {
  return apply_morphology({{Step::erode, Step::erode}, 1, reach, border_set}, masks, exec);
}

std::optional<PackedMasks> erode(const PackedView& masks, const Reach& reach, bool border_set,
                                 const Exec& exec) {
  return apply_morphology({{Step::erode, Step::erode}, 1, reach, border_set}, masks, exec);
}

void erode(const MaskView& masks, const MutableMaskView& out, const Reach& reach, bool border_set,
           const Exec& exec) {
  apply_morphology({{Step::erode, Step::erode}, 1, reach, border_set}, masks, out, exec);
}

void erode(const LabelRows& labels, const MutableMaskView& out, const Reach& reach, bool border_set,
           const Exec& exec) {
  if (labels.height == 0 || labels.width == 0) return;
  require_bits({labels.height, labels.width}, "masks");
  const BandRule rule{reach, BandSide::inner, !border_set};
  for_ranges(exec, labels.height, label_band_cost(labels, reach),
             [&](std::int64_t begin, std::int64_t end) {
               KeptLabels kept(labels, out);
               label_band(labels, rule, begin, end, kept);
             });
}

}  // namespace me::cpu
