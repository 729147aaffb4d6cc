// A stroke while it is drawn: each event changes the labels at once, and the end makes one edit.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "ops/canvas/edit.h"
#include "ops/canvas/smart.h"
#include "ops/canvas/stroke_changes.h"
#include "ops/canvas/sweep.h"

namespace me::cpu {

class OpenStroke {
 public:
  OpenStroke(LabelMap& labels, const Brush& brush, const Paint& paint, const Rules& rules,
             const std::optional<ColourRange>& colours);

  // Paints the way over further points; null, and nothing is painted, when the stroke would change
  // (or a smart brush take) more pixels than the rules allow. Changes are in order.
  std::shared_ptr<const Changes> extend(const BrushPoint* points, std::int64_t n);

  // Paints what the stroke encloses; the same.
  std::shared_ptr<const Changes> fill_inside();

  // All changes, in order.
  Changes changes() const { return changed_.in_order(); }

  // The radii of an ellipse, with the cosine and sine of its angle: before anything is drawn.
  void set_ellipse(double first, double second, double cos, double sin) {
    sweep_.set_ellipse(first, second, cos, sin);
  }
  // Null for a brush that paints whatever it sweeps.
  SmartBrush* smart() { return smart_ ? &*smart_ : nullptr; }

 private:
  std::shared_ptr<const Changes> paint_spans(const Buffer<RowSpan>& spans);

  LabelMap& labels_;
  Paint paint_;
  Rules rules_;
  Sweep sweep_;
  std::optional<SmartBrush> smart_;
  Buffer<RowSpan> inside_;  // where the rules allow changes
  StrokeChanges changed_;
  std::int64_t area_ = 0;
};

}  // namespace me::cpu
