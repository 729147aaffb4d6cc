// Every edge lists its crossings with the centre lines of columns, as keys of polygon and position.
// Sorted, they say where a polygon opens and closes: at every other one, or where the winding
// number leaves zero and comes back. Sorted again by item, where items have several polygons, the
// number of open ones says what their union is.
#include "ops/rasterize/rasterize.h"

#include <utility>

#include "base/atomics.h"
#include "base/bit_count.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "ops/rasterize/crossings.h"
#include "runs/device_search.h"
#include "runs/device_toggles.h"
#include "runs/pixel_bits.h"
#include "runs/run_blocks.cuh"

namespace me::cuda {
namespace {

template <class Edge>
struct Edges {
  DevicePolygonsView polygons;
  WordGrid grid;

  ME_HD std::int64_t ring_of(std::int64_t v) const {
    return last_at_most(polygons.ring_offsets, 0, polygons.rings - 1, v);
  }
  ME_HD std::int64_t polygon_of(std::int64_t ring) const {
    return last_at_most(polygons.polygon_offsets, 0, polygons.polygons - 1, ring);
  }
  ME_HD std::int64_t item_of(std::int64_t polygon) const {
    return last_at_most(polygons.item_offsets, 0, polygons.n - 1, polygon);
  }
  // The mask on which a ring is drawn.
  ME_HD GridItem mask_of(std::int64_t ring) const {
    return grid.item(grid.items == nullptr ? 0 : item_of(polygon_of(ring)));
  }
  // The edge that ends at vertex v.
  ME_HD Edge edge(std::int64_t v, std::int64_t ring, std::int64_t width) const {
    const std::int64_t before =
        (v == polygons.ring_offsets[ring] ? polygons.ring_offsets[ring + 1] : v) - 1;
    return Edge(polygons.coords + 2 * before, polygons.coords + 2 * v, width);
  }
};

template <class Edge>
struct CountCrossings {
  Edges<Edge> edges;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t v) const {
    const std::int64_t ring = edges.ring_of(v);
    const Edge edge = edges.edge(v, ring, edges.mask_of(ring).width);
    counts[v] =
        edge.first <= edge.last ? static_cast<std::uint32_t>(edge.last - edge.first + 1) : 0;
  }
};

// Keys: the polygon, the position, and whether the edge goes left where the direction matters.
template <class Edge>
struct ListCrossings {
  Edges<Edge> edges;
  int bits;
  bool directed;
  const std::int64_t* before;
  std::uint64_t* keys;

  ME_HD void operator()(std::int64_t v) const {
    std::int64_t place = before[v];
    if (place == before[v + 1]) return;
    const std::int64_t ring = edges.ring_of(v);
    const GridItem mask = edges.mask_of(ring);
    const Edge edge = edges.edge(v, ring, mask.width);
    const std::uint64_t fixed = static_cast<std::uint64_t>(edges.polygon_of(ring)) << (bits + 1) |
                                (directed && edge.goes_left() ? 1 : 0);
    for (std::int64_t c = edge.first; c <= edge.last; c++) {
      const std::int64_t position = c * mask.height + edge.row(c, mask.height);
      keys[place++] = fixed | static_cast<std::uint64_t>(position) << 1;
    }
  }
};

struct FindLeft {
  const std::uint64_t* keys;
  std::uint32_t* left;
  ME_HD void operator()(std::int64_t k) const { left[k] = static_cast<std::uint32_t>(keys[k] & 1); }
};

// Sorted crossings become toggles of items.
struct SignCrossings {
  DevicePolygonsView polygons;
  ToggleLayout layout;
  const std::int64_t* before;  // crossings before each vertex
  const std::int64_t* left;    // crossings that go left before each; null: even-odd
  std::uint64_t* keys;

  // Edges of a ring cross a column as often to the left as to the right, so that the winding number
  // is zero again after the last crossing of a polygon.
  ME_HD std::int64_t winding(std::int64_t k) const { return k - 2 * left[k]; }

  ME_HD void operator()(std::int64_t k) const {
    const auto polygon = static_cast<std::int64_t>(keys[k] >> (layout.bits + 1));
    const std::int64_t item = last_at_most(polygons.item_offsets, 0, polygons.n - 1, polygon);
    const auto position = static_cast<std::int64_t>(keys[k] >> 1 & low_bits(layout.bits));
    int change = 0;
    if (left != nullptr) {
      change = winding(k) == 0 ? 1 : winding(k + 1) == 0 ? -1 : 0;
    } else {
      const std::int64_t first = polygons.ring_offsets[polygons.polygon_offsets[polygon]];
      change = ((k - before[first]) & 1) != 0 ? -1 : 1;
    }
    keys[k] = layout.key(item, position, change);
  }
};

template <class Edge>
DeviceArray<std::uint64_t> toggles_of(const Queue& queue, const DevicePolygonsView& polygons,
                                      const WordGrid& grid, const ToggleLayout& layout,
                                      bool directed) {
  const Edges<Edge> edges{polygons, grid};
  const int bits = layout.bits;
  const std::int64_t vertices = polygons.vertices;
  const DeviceArray<std::uint32_t> counts(queue, vertices);
  const DeviceArray<std::int64_t> before(queue, vertices + 1);
  for_each(queue, vertices, CountCrossings<Edge>{edges, counts.data()});
  running_sums(queue, counts.data(), vertices, before.data());
  DeviceArray<std::uint64_t> keys(queue, read(queue, before.data() + vertices));
  for_each(queue, vertices, ListCrossings<Edge>{edges, bits, directed, before.data(), keys.data()});
  keys = sorted(queue, std::move(keys), bits + 1 + bits_for(polygons.polygons));
  DeviceArray<std::int64_t> left;
  if (directed) {
    const DeviceArray<std::uint32_t> flags(queue, keys.n);
    left = DeviceArray<std::int64_t>(queue, keys.n + 1);
    for_each(queue, keys.n, FindLeft{keys.data(), flags.data()});
    running_sums(queue, flags.data(), keys.n, left.data());
  }
  for_each(queue, keys.n, SignCrossings{polygons, layout, before.data(), left.data(), keys.data()});
  if (polygons.polygons == polygons.n && polygons.one_each) return keys;
  return sorted(queue, std::move(keys), layout.key_bits(polygons.n));
}

// Runs, by element: how far in front their item is, at each of their pixels.
struct RaiseFront {
  DeviceRunsView masks;
  const std::int64_t* positions;
  const std::uint32_t* ranks;
  Size size;
  std::uint32_t* front;

  ME_HD int begin(std::int64_t) const { return 0; }
  ME_HD void foreground(int, std::int64_t m, std::int64_t k) const {
    const std::int64_t first = positions[k] - positions[masks.offsets[m]];
    for (std::int64_t p = first; p < first + masks.counts[k]; p++) {
      atomic_max(front + p % size.height * size.width + p / size.height, ranks[m]);
    }
  }
  ME_HD void end(int, std::int64_t) const {}
};

struct PaintFront {
  const std::uint32_t* front;
  const std::int64_t* labels;  // by rank, from 1 on
  MutableMaskView out;

  ME_HD void operator()(std::int64_t i) const {
    if (front[i] == 0) return;
    char* pixel = out.data + i / out.width * out.row_stride + i % out.width * out.column_stride;
    set_bits(out.element, pixel, static_cast<std::uint64_t>(labels[front[i] - 1]));
  }
};

}  // namespace

DeviceRuns rasterize(const Queue& queue, const DevicePolygonsView& polygons,
                     const std::int64_t* sizes, PixelRule rule, FillRule fill) {
  const HeldGrid<WordGrid> held = columns_of(queue, sizes, polygons.n);
  const WordGrid& grid = held.grid;
  checked_mul(grid.height, grid.width, "size");
  const ToggleLayout layout(grid);
  require(layout.key_bits(std::max(polygons.polygons, polygons.n)) <= 64, ErrorKind::limit,
          "polygons", "expected fewer polygons, or a smaller image, on a CUDA device");
  const bool directed = fill == FillRule::nonzero;
  const DeviceArray<std::uint64_t> keys =
      rule == PixelRule::coco ? toggles_of<CocoEdge>(queue, polygons, grid, layout, directed)
                              : toggles_of<ExactEdge>(queue, polygons, grid, layout, directed);
  return runs_of_toggles(queue, layout, keys, grid);
}

void paint_labels(const Queue& queue, const DeviceRunsView& masks, const std::uint32_t* ranks,
                  const std::int64_t* labels, const MutableMaskView& out) {
  const Size size{out.height, out.width};
  const DeviceArray<std::int64_t> positions(queue, masks.n_counts + 1);
  const DeviceArray<std::uint32_t> front(queue, size.area());
  running_sums(queue, masks.counts, masks.n_counts, positions.data());
  fill_bytes(queue, front.data(), front.n, 0);
  for_each_run(queue, masks, RaiseFront{masks, positions.data(), ranks, size, front.data()});
  for_each(queue, front.n, PaintFront{front.data(), labels, out});
}

}  // namespace me::cuda
