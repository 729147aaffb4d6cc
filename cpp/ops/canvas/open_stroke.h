// A stroke while it is drawn: each event changes the labels at once, and the end makes one edit.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "ops/canvas/edit.h"
#include "ops/canvas/sweep.h"

namespace me::cpu {

class OpenStroke {
 public:
  OpenStroke(LabelMap& labels, const Brush& brush, const Paint& paint, const Rules& rules)
      : labels_(labels), paint_(paint), rules_(rules), sweep_(labels.size(), brush) {}

  // Paints the way over further points; null, and nothing is painted, when the stroke would change
  // more pixels than the rules allow. Changes are in order.
  std::shared_ptr<const Changes> extend(const BrushPoint* points, std::int64_t n);

  // Paints what the stroke encloses; the same.
  std::shared_ptr<const Changes> fill_inside();

  // All changes, in order.
  Changes changes() const;

  const Sweep& sweep() const { return sweep_; }

 private:
  std::shared_ptr<const Changes> paint_spans(const Buffer<RowSpan>& spans);

  LabelMap& labels_;
  Paint paint_;
  Rules rules_;
  Sweep sweep_;
  Buffer<RowSpan> inside_;  // where the rules allow changes
  std::vector<std::shared_ptr<const Changes>> parts_;
  std::int64_t area_ = 0;
};

}  // namespace me::cpu
