#include "ops/rasterize/rasterize.h"

#include "base/tuning.h"
#include "geometry/coco_rule.h"
#include "geometry/exact_rule.h"
#include "ops/rasterize/axis.h"
#include "ops/rasterize/row_rules.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/toggles.h"
#include "runs/transposed.h"

namespace me::cpu {
namespace {

// Fills items; keeps its memory between them.
class Filler {
 public:
  void item(const PolygonsView& polygons, std::int64_t item, Size size, PixelRule rule,
            FillRule fill, Buffer<std::uint32_t>& counts) {
    if (rule == PixelRule::exact && rows_are_cheaper(polygons, item, size)) {
      // The exact rule decides pixel by pixel, so either way of scanning gives the same mask.
      const Size turned{size.width, size.height};
      row_counts_.clear();
      scan(polygons, item, turned, rule, fill, true, row_counts_);
      append_transposed({row_counts_.data(), row_counts_.size(), turned}, {}, counts);
      return;
    }
    scan(polygons, item, size, rule, fill, false, counts);
  }

 private:
  void scan(const PolygonsView& polygons, std::int64_t item, Size size, PixelRule rule,
            FillRule fill, bool by_rows, Buffer<std::uint32_t>& counts) {
    const std::int64_t first = polygons.item_offsets[item];
    const std::int64_t last = polygons.item_offsets[item + 1];
    const std::int64_t area = size.area();
    if (last - first == 1 && area <= UINT32_MAX) {
      CountsSink sink(counts);
      polygon({polygons, item, first, size, fill, by_rows}, rule, sink);
      sink.finish(area);
      return;
    }
    positions_.clear();
    ends_.clear();
    for (std::int64_t p = first; p < last; p++) {
      PositionsSink sink(positions_);
      polygon({polygons, item, p, size, fill, by_rows}, rule, sink);
      ends_.push_back(positions_.size());
    }
    if (ends_.size() > 1) unite_toggles(positions_, ends_, spare_);
    append_toggles(counts, positions_.data(), positions_.size(), area);
  }

  template <class Sink>
  void polygon(const Target& target, PixelRule rule, Sink& sink) {
    const EvenOddColumns<Sink> columns{sink, target.size.height};
    if (rule == PixelRule::coco) {
      coco_.fill(target, columns);
    } else if (rule != PixelRule::exact) {
      row_rules_.fill(target, rule, sink);
    } else if (target.fill == FillRule::even_odd) {
      exact_.fill(target, columns);
    } else {
      exact_.fill_directed(target, NonzeroColumns<Sink>{sink, target.size.height});
    }
  }

  CocoRule coco_;
  ExactRule exact_;
  RowRules row_rules_;
  Buffer<std::int64_t> positions_;
  Buffer<std::int64_t> ends_;
  Buffer<std::int64_t> spare_;
  Buffer<std::uint32_t> row_counts_;
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
