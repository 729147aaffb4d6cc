#include "ops/polygonize/polygonize.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "base/tuning.h"
#include "geometry/collect_polygons.h"
#include "ops/polygonize/cracks.h"
#include "ops/polygonize/nodes.h"
#include "ops/polygonize/rings.h"
#include "runs/label_blocks.h"

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
  Workspace& operator*() { return kept(); }
  Workspace* operator->() { return &kept(); }
  void note_use() { most_edges_ = std::max(most_edges_, kept().outline.edges.size()); }
  ~KeptWorkspace() {
    constexpr std::int64_t bytes_per_edge = 4 * sizeof(VerticalEdge);  // with its two points
    if (most_edges_ * bytes_per_edge > tuning::scratch_keep_bytes) kept() = Workspace();
  }

 private:
  static Workspace& kept() {
    Workspace& workspace = kept_by_thread<Workspace>([] {});
    return workspace;
  }
  std::int64_t most_edges_ = 0;
};

// find(i, work) gives work.outline the outline of item i; ends(begin, end) says how many ends the
// runs of foreground of items [begin, end) have.
template <class Find, class Ends>
Polygons trace(std::int64_t n, Find find, Ends ends, Holes holes, const Nodes* nodes,
               Vertices vertices, const Exec& exec) {
  const double ends_each = n == 0 ? 0.0 : double(ends(0, n)) / double(n);
  const auto make = [&](std::int64_t begin, std::int64_t end, Polygons& out) {
    KeptWorkspace work;
    // Some edges of pixels begin at each: mostly less than 1.5 vertices.
    if (begin < end) out.coords.reserve(3 * ends(begin, end));
    for (std::int64_t i = begin; i < end; i++) {
      find(i, *work);
      work.note_use();
      work->tracer.append_item(work->outline, holes, vertices, nodes, out);
      poll(200);
    }
  };
  return collect_polygons(exec, n, 200.0 + 15.0 * ends_each, make);
}

}  // namespace

Polygons polygonize(const RunsView& masks, Connectivity connectivity, Holes holes,
                    Vertices vertices, const Exec& exec) {
  require(vertices == Vertices::corners ||
              (connectivity == Connectivity::eight && holes == Holes::rings),
          ErrorKind::argument, "vertices", "expected connectivity 8 and holes as rings");
  const auto find = [&](std::int64_t i, Workspace& work) {
    work.finder.find(masks[i], connectivity, work.outline);
  };
  const auto ends = [&](std::int64_t begin, std::int64_t end) {
    return masks.offsets[end] - masks.offsets[begin];
  };
  return trace(masks.n, find, ends, holes, nullptr, vertices, exec);
}

LabelPolygons polygonize_labels(const MaskView& map, Connectivity connectivity, Holes holes,
                                const Exec& exec) {
  if (map.height * map.width == 0) return {};
  const DenseItem item = item_of(map, 0);
  LabelBlocks labels = label_blocks(item);
  const Nodes nodes(item);
  const auto find = [&](std::int64_t i, Workspace& work) {
    const std::int64_t begin = labels.offsets[i];
    work.finder.find(labels.blocks.data() + begin, labels.offsets[i + 1] - begin, connectivity,
                     work.outline);
  };
  const auto ends = [&](std::int64_t begin, std::int64_t end) {
    return 2 * (labels.offsets[end] - labels.offsets[begin]);
  };
  LabelPolygons out;
  out.polygons = trace(labels.ids.size(), find, ends, holes, &nodes, Vertices::corners, exec);
  out.ids = std::move(labels.ids);
  return out;
}

}  // namespace me::cpu
