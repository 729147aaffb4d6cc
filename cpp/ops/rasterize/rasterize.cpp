#include "ops/rasterize/rasterize.h"

#include "base/tuning.h"
#include "ops/rasterize/coco.h"
#include "ops/rasterize/exact.h"
#include "ops/rasterize/row_rules.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/toggles.h"

namespace me::cpu {
namespace {

// Fills items; keeps its memory between them.
class Filler {
 public:
  void item(const PolygonsView& polygons, std::int64_t item, Size size, PixelRule rule,
            FillRule fill, Buffer<std::uint32_t>& counts) {
    const std::int64_t first = polygons.item_offsets[item];
    const std::int64_t last = polygons.item_offsets[item + 1];
    const std::int64_t area = size.area();
    if (last - first == 1 && area <= UINT32_MAX) {
      CountsSink sink(counts);
      polygon({polygons, item, first, size, fill}, rule, sink);
      sink.finish(area);
      return;
    }
    positions_.clear();
    ends_.clear();
    for (std::int64_t p = first; p < last; p++) {
      PositionsSink sink(positions_);
      polygon({polygons, item, p, size, fill}, rule, sink);
      ends_.push_back(positions_.size());
    }
    if (ends_.size() > 1) unite_toggles(positions_, ends_, spare_);
    append_toggles(counts, positions_.data(), positions_.size(), area);
  }

 private:
  template <class Sink>
  void polygon(const Target& target, PixelRule rule, Sink& sink) {
    if (rule == PixelRule::coco) {
      coco_.fill(target, sink);
    } else if (rule == PixelRule::exact) {
      exact_.fill(target, sink);
    } else {
      row_rules_.fill(target, rule, sink);
    }
  }

  CocoRule coco_;
  ExactRule exact_;
  RowRules row_rules_;
  Buffer<std::int64_t> positions_;
  Buffer<std::int64_t> ends_;
  Buffer<std::int64_t> spare_;
};

}  // namespace

Runs rasterize(const PolygonsView& polygons, const std::int64_t* sizes, bool one_size,
               PixelRule rule, FillRule fill, const Exec& exec) {
  const auto n = static_cast<double>(polygons.n);
  const double cost = n == 0 ? 0 : 40.0 * static_cast<double>(polygons.total_vertices()) / n;
  return collect(exec, polygons.n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    thread_local Filler filler;
    const std::int64_t* pair = one_size ? sizes : sizes + 2 * i;
    const Size size{pair[0], pair[1]};
    filler.item(polygons, i, size, rule, fill, counts);
    return size;
  });
}

}  // namespace me::cpu
