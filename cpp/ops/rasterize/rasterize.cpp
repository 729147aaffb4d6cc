#include "ops/rasterize/rasterize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
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

// Of the polygons that people draw; memory that is not needed is never touched, and a buffer that
// grows is moved over and over.
constexpr std::int64_t runs_per_vertex = 5;

struct Scan {
  Size size;  // turned when by rows
  PixelRule rule;
  FillRule fill;
  bool by_rows;
  std::int64_t begin = 0;  // the band [begin, end) of columns; all of them but for the exact rule
  std::int64_t end = INT64_MAX;

  Target target(const PolygonsView& polygons, std::int64_t item, std::int64_t polygon) const {
    return {polygons, item, polygon, size, fill, by_rows, begin, end};
  }
};

// Fills items; keeps its memory between them.
class Filler {
 public:
  void item(const PolygonsView& polygons, std::int64_t item, Size size, PixelRule rule,
            FillRule fill, Buffer<std::uint32_t>& counts) {
    if (rule == PixelRule::exact && rows_are_cheaper(polygons, item, size)) {
      // The exact rule decides pixel by pixel, so either way of scanning gives the same mask.
      const Size turned{size.width, size.height};
      row_counts_.clear();
      scan(polygons, item, {turned, rule, fill, true}, row_counts_);
      append_transposed({row_counts_.data(), row_counts_.size(), turned}, {}, counts);
      return;
    }
    scan(polygons, item, {size, rule, fill, false}, counts);
  }

  // Appends the runs of a band of columns, as those of an image of its own.
  void scan(const PolygonsView& polygons, std::int64_t item, const Scan& how,
            Buffer<std::uint32_t>& counts) {
    const std::int64_t start = counts.size();
    scan_from_top(polygons, item, how, counts);
    // Positions count from the first column of the image.
    counts[start] -= static_cast<std::uint32_t>(how.begin * how.size.height);
  }

 private:
  void scan_from_top(const PolygonsView& polygons, std::int64_t item, const Scan& how,
                     Buffer<std::uint32_t>& counts) {
    const std::int64_t first = polygons.item_offsets[item];
    const std::int64_t last = polygons.item_offsets[item + 1];
    const std::int64_t area = std::min(how.end, how.size.width) * how.size.height;
    if (last - first == 1 && area <= UINT32_MAX) {
      CountsSink sink(counts);
      polygon(how.target(polygons, item, first), how.rule, sink);
      sink.finish(area);
      return;
    }
    positions_.clear();
    ends_.clear();
    for (std::int64_t p = first; p < last; p++) {
      PositionsSink sink(positions_);
      polygon(how.target(polygons, item, p), how.rule, sink);
      ends_.push_back(positions_.size());
    }
    if (ends_.size() > 1) unite_toggles(positions_, ends_, spare_);
    if (area <= UINT32_MAX) {
      CountsSink sink(counts);
      sink.room(positions_.size());
      for (const std::int64_t position : positions_) sink.toggle(position);
      sink.finish(area);
      return;
    }
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

// Nanoseconds that an item of the batch takes, from a few of them.
double item_cost(const PolygonsView& polygons, const std::int64_t* sizes, bool one_size,
                 const Exec& exec) {
  if (polygons.n == 0) return 0;
  const auto n = static_cast<double>(polygons.n);
  const double vertices = 40.0 * static_cast<double>(polygons.total_vertices()) / n;
  if (exec.threads <= 1 || polygons.n == 1) return vertices;
  const std::int64_t looked_at = std::min<std::int64_t>(polygons.n, 8);
  double crossings = 0;
  for (std::int64_t k = 0; k < looked_at; k++) {
    const std::int64_t i = chunk_begin(polygons.n, looked_at, k);
    const std::int64_t* const pair = one_size ? sizes : sizes + 2 * i;
    const Crossings found = count_crossings(polygons, i, {pair[0], pair[1]});
    crossings += std::min(found.columns, found.rows);
  }
  const double each = tuning::rasterize_crossing_ns * crossings / static_cast<double>(looked_at);
  return std::isfinite(each) ? vertices + each : vertices;
}

// Bands into which an item by the exact rule is worth cutting, so that threads share it.
std::int64_t bands_of(const PolygonsView& polygons, const Size& size, const Exec& exec) {
  if (exec.threads <= 1 || polygons.n != 1 || size.area() > UINT32_MAX) return 1;
  if (vertices_of(polygons, 0) < tuning::axis_vertices) return 1;
  const Crossings n = count_crossings(polygons, 0, size);
  const double cost = tuning::rasterize_crossing_ns * std::min(n.columns, n.rows);
  const double worth = std::min(cost / tuning::rasterize_part_ns, double(exec.threads));
  return worth >= 2 ? static_cast<std::int64_t>(worth) : 1;
}

// Appends the runs of a band to those of the bands before it. Areas stay below 2^32.
void append_below(Buffer<std::uint32_t>& counts, const Buffer<std::uint32_t>& band) {
  const bool foreground = counts.size() % 2 == 0;  // of the last run, if there is one
  std::int64_t from = 0;
  if (counts.size() > 0 && foreground && band[0] == 0 && band.size() > 1) {
    counts.back() += band[1];
    from = 2;
  } else if (counts.size() > 0 && !foreground) {
    counts.back() += band[0];
    from = 1;
  }
  counts.append(band.data() + from, band.size() - from);
}

// One item, each thread a band of the columns (or rows) that are scanned.
Runs rasterize_bands(const PolygonsView& polygons, const Size& size, FillRule fill,
                     std::int64_t bands, const Exec& exec) {
  const bool by_rows = rows_are_cheaper(polygons, 0, size);
  const Size scanned = by_rows ? Size{size.width, size.height} : size;
  std::vector<Buffer<std::uint32_t>> parts(static_cast<std::size_t>(bands));
  for_chunks(exec, scanned.width, bands,
             [&](std::int64_t band, std::int64_t begin, std::int64_t end) {
               Filler& filler = kept_by_thread<Filler>([] {});
               filler.scan(polygons, 0, {scanned, PixelRule::exact, fill, by_rows, begin, end},
                           parts[static_cast<std::size_t>(band)]);
             });
  Buffer<std::uint32_t> counts;
  for (const Buffer<std::uint32_t>& part : parts) append_below(counts, part);
  Runs runs;
  if (by_rows) {
    append_transposed({counts.data(), counts.size(), scanned}, {}, runs.counts);
  } else {
    runs.counts.swap(counts);
  }
  runs.counts.shrink();
  runs.end_item(size);
  return runs;
}

}  // namespace

Runs rasterize(const PolygonsView& polygons, const std::int64_t* sizes, bool one_size,
               PixelRule rule, FillRule fill, const Exec& exec) {
  if (rule == PixelRule::exact && polygons.n == 1) {
    const Size size{sizes[0], sizes[1]};
    const std::int64_t bands = bands_of(polygons, size, exec);
    if (bands > 1) return rasterize_bands(polygons, size, fill, bands, exec);
  }
  const double cost = item_cost(polygons, sizes, one_size, exec);
  return collect(exec, polygons.n, cost, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    Filler& filler = kept_by_thread<Filler>([] {});
    const std::int64_t* pair = one_size ? sizes : sizes + 2 * i;
    const Size size{pair[0], pair[1]};
    if (i == 0 && polygons.n > 1) counts.reserve(runs_per_vertex * polygons.total_vertices());
    filler.item(polygons, i, size, rule, fill, counts);
    return size;
  });
}

}  // namespace me::cpu
