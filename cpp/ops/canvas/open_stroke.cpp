#include "ops/canvas/open_stroke.h"

#include <utility>

namespace me::cpu {

std::shared_ptr<const Changes> OpenStroke::extend(const BrushPoint* points, std::int64_t n) {
  std::shared_ptr<const Changes> changes = paint_spans(sweep_.move(points, n));
  if (changes) sweep_.keep();
  return changes;
}

std::shared_ptr<const Changes> OpenStroke::paint_spans(const Buffer<RowSpan>& spans) {
  inside_.clear();
  rules_.cut(spans, inside_);
  auto changes = std::make_shared<Changes>();
  find_changes(labels_, inside_, paint_, rules_, *changes);
  std::int64_t area = area_;
  for (const Change& change : *changes) area += change.area();
  if (area > rules_.max_area) return nullptr;
  if (!changes->empty()) parts_.push_back(changes);
  write(labels_, *changes, false);
  area_ = area;
  return changes;
}

Changes OpenStroke::changes() const {
  Changes all;
  for (const auto& part : parts_) all.append(part->data(), part->size());
  put_in_order(all);
  return all;
}

}  // namespace me::cpu
