#include "ops/canvas/open_stroke.h"

#include <utility>

#include "ops/canvas/enclosed.h"

namespace me::cpu {

OpenStroke::OpenStroke(LabelMap& labels, const Brush& brush, const Paint& paint, const Rules& rules,
                       const std::optional<ColourRange>& colours)
    : labels_(labels), paint_(paint), rules_(rules), sweep_(labels.size(), brush) {
  if (colours) smart_.emplace(labels.size(), *colours, rules.max_area);
}

std::shared_ptr<const Changes> OpenStroke::extend(const BrushPoint* points, std::int64_t n) {
  if (!smart_) {
    std::shared_ptr<const Changes> changes = paint_spans(sweep_.move(points, n));
    if (changes) sweep_.keep(points, n);
    return changes;
  }
  const Buffer<RowSpan>* const taken = smart_->move(sweep_, points, n);
  if (taken == nullptr) return nullptr;
  std::shared_ptr<const Changes> changes;
  try {
    changes = paint_spans(*taken);
  } catch (...) {
    smart_->give_back();
    throw;
  }
  if (!changes) {
    smart_->give_back();
  } else {
    smart_->keep();
    sweep_.keep(points, n);
  }
  return changes;
}

std::shared_ptr<const Changes> OpenStroke::fill_inside() {
  Buffer<RowSpan> covered;
  if (smart_) {
    smart_->append_taken(covered);
  } else {
    sweep_.append_way(covered);
  }
  Buffer<RowSpan> enclosed;
  append_enclosed(covered, enclosed);
  return paint_spans(enclosed);
}

std::shared_ptr<const Changes> OpenStroke::paint_spans(const Buffer<RowSpan>& spans) {
  inside_.clear();
  rules_.cut(spans, inside_);
  auto changes = std::make_shared<Changes>();
  find_changes(labels_, inside_, paint_, rules_, *changes);
  std::int64_t area = area_;
  for (const Change& change : *changes) area += change.area();
  if (area > rules_.max_area) return nullptr;
  changed_.add(*changes);
  write(labels_, *changes, false);
  area_ = area;
  return changes;
}

}  // namespace me::cpu
