#include "ops/polygonize/polygonize.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/tuning.h"
#include "geometry/collect_polygons.h"
#include "ops/polygonize/cracks.h"
#include "ops/polygonize/nodes.h"
#include "ops/polygonize/rings.h"
#include "runs/label_columns.h"

namespace me::cpu {
namespace {

struct Workspace {
  EdgeFinder finder;
  Outline outline;
  RingTracer tracer;
};

// The memory of this thread, kept between calls unless it grew large.
class KeptWorkspace {
 public:
  Workspace* operator->() { return &kept(); }
  void note_use() { most_edges_ = std::max(most_edges_, kept().outline.edges.size()); }
  ~KeptWorkspace() {
    constexpr std::int64_t bytes_per_edge = 4 * sizeof(VerticalEdge);  // with its two points
    if (most_edges_ * bytes_per_edge > tuning::scratch_keep_bytes) kept() = Workspace();
  }

 private:
  static Workspace& kept() {
    thread_local Workspace workspace;
    return workspace;
  }
  std::int64_t most_edges_ = 0;
};

Polygons trace(const RunsView& masks, Connectivity connectivity, Holes holes, const Nodes* nodes,
               Vertices vertices, const Exec& exec) {
  const double runs_each = masks.n == 0 ? 0.0 : double(masks.total_counts()) / double(masks.n);
  const auto make = [&](std::int64_t begin, std::int64_t end, Polygons& out) {
    KeptWorkspace work;
    // A run has two ends, and some edges of pixels begin at each: mostly less than 1.5 vertices.
    if (begin < end) out.coords.reserve(3 * (masks.offsets[end] - masks.offsets[begin]));
    for (std::int64_t i = begin; i < end; i++) {
      work->finder.find(masks[i], connectivity, work->outline);
      work.note_use();
      work->tracer.append_item(work->outline, holes, vertices, nodes, out);
    }
  };
  return collect_polygons(exec, masks.n, 200.0 + 15.0 * runs_each, make);
}

}  // namespace

Polygons polygonize(const RunsView& masks, Connectivity connectivity, Holes holes,
                    Vertices vertices, const Exec& exec) {
  require(vertices == Vertices::corners ||
              (connectivity == Connectivity::eight && holes == Holes::rings),
          ErrorKind::argument, "vertices", "expected connectivity 8 and holes as rings");
  return trace(masks, connectivity, holes, nullptr, vertices, exec);
}

LabelPolygons polygonize_labels(const MaskView& map, Connectivity connectivity, Holes holes,
                                const Exec& exec) {
  const DenseItem item = item_of(map, 0);
  LabelPolygons out;
  LabelMasks labels = masks_of_labels(item, false, exec);
  out.ids = std::move(labels.ids);
  const Nodes nodes(item);
  out.polygons = trace(labels.masks.view(), connectivity, holes, &nodes, Vertices::corners, exec);
  return out;
}

}  // namespace me::cpu
