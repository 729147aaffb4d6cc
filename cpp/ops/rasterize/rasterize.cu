// Every edge lists its crossings with the centre lines of columns, as keys of polygon and position.
// Sorted, every other crossing of a polygon opens it and the next one closes it. Sorted again by
// item, where items have several polygons, the number of open ones says what their union is.
#include "ops/rasterize/rasterize.h"

#include "base/atomics.h"
#include "base/bit_count.h"
#include "base/execution.cuh"
#include "base/primitives.h"
#include "ops/rasterize/crossings.h"
#include "runs/device_search.h"
#include "runs/pixel_bits.h"
#include "runs/run_blocks.cuh"

namespace me::cuda {
namespace {

// Keys hold a number of `bits` bits, above them what it belongs to.
int bits_for(std::int64_t largest) {
  int bits = 1;
  while (bits < 63 && largest >> bits != 0) bits++;
  return bits;
}

template <class Edge>
struct Edges {
  DevicePolygonsView polygons;
  Size size;

  ME_HD std::int64_t ring_of(std::int64_t v) const {
    return last_at_most(polygons.ring_offsets, 0, polygons.rings - 1, v);
  }
  // The edge that ends at vertex v.
  ME_HD Edge edge(std::int64_t v, std::int64_t ring) const {
    const std::int64_t before =
        (v == polygons.ring_offsets[ring] ? polygons.ring_offsets[ring + 1] : v) - 1;
    return Edge(polygons.coords + 2 * before, polygons.coords + 2 * v, size.width);
  }
};

template <class Edge>
struct CountCrossings {
  Edges<Edge> edges;
  std::uint32_t* counts;

  ME_HD void operator()(std::int64_t v) const {
    const Edge edge = edges.edge(v, edges.ring_of(v));
    counts[v] =
        edge.first <= edge.last ? static_cast<std::uint32_t>(edge.last - edge.first + 1) : 0;
  }
};

template <class Edge>
struct ListCrossings {
  Edges<Edge> edges;
  int bits;
  const std::int64_t* before;
  std::uint64_t* keys;

  ME_HD void operator()(std::int64_t v) const {
    std::int64_t place = before[v];
    if (place == before[v + 1]) return;
    const DevicePolygonsView& polygons = edges.polygons;
    const std::int64_t ring = edges.ring_of(v);
    const std::int64_t polygon =
        last_at_most(polygons.polygon_offsets, 0, polygons.polygons - 1, ring);
    const std::uint64_t high = static_cast<std::uint64_t>(polygon) << bits;
    const Edge edge = edges.edge(v, ring);
    const std::int64_t height = edges.size.height;
    for (std::int64_t c = edge.first; c <= edge.last; c++) {
      keys[place++] = high | static_cast<std::uint64_t>(c * height + edge.row(c, height));
    }
  }
};

// Crossing k of the sorted ones opens or closes its polygon: its lowest bit says which (1 closes),
// above it the position, above that the item.
struct SignCrossings {
  DevicePolygonsView polygons;
  int bits;
  const std::int64_t* before;  // crossings before each vertex
  std::uint64_t* keys;

  ME_HD void operator()(std::int64_t k) const {
    const auto polygon = static_cast<std::int64_t>(keys[k] >> bits);
    const std::int64_t first = polygons.ring_offsets[polygons.polygon_offsets[polygon]];
    const std::int64_t item = last_at_most(polygons.item_offsets, 0, polygons.n - 1, polygon);
    const std::uint64_t position = keys[k] & low_bits(bits);
    const std::uint64_t closes = (k - before[first]) & 1;
    keys[k] = static_cast<std::uint64_t>(item) << (bits + 1) | position << 1 | closes;
  }
};

struct FindOpening {
  const std::uint64_t* keys;
  std::uint32_t* opens;
  ME_HD void operator()(std::int64_t k) const {
    opens[k] = static_cast<std::uint32_t>(~keys[k] & 1);
  }
};

// Whether the mask changes at the position of crossing k, the first one there.
struct FindChanges {
  const std::uint64_t* keys;
  std::int64_t n;
  int bits;
  std::int64_t area;
  const std::int64_t* opened;  // before each
  std::uint32_t* changes;

  ME_HD bool is_open(std::int64_t k) const { return 2 * opened[k] - k > 0; }
  ME_HD void operator()(std::int64_t k) const {
    changes[k] = 0;
    const std::uint64_t place = keys[k] >> 1;
    if (k > 0 && keys[k - 1] >> 1 == place) return;
    if (static_cast<std::int64_t>(place & low_bits(bits)) == area) return;
    std::int64_t end = k + 1;
    while (end < n && keys[end] >> 1 == place) end++;
    changes[k] = is_open(k) != is_open(end);
  }
};

struct BeginRuns {
  const std::uint64_t* keys;
  int bits;
  std::int64_t area;
  const std::int64_t* changes_before;
  std::int64_t* starts;

  ME_HD void operator()(std::int64_t k) const {
    const std::int64_t change = changes_before[k];
    if (change == changes_before[k + 1]) return;
    const auto item = static_cast<std::int64_t>(keys[k] >> (bits + 1));
    const auto position = static_cast<std::int64_t>(keys[k] >> 1 & low_bits(bits));
    starts[change + item + 1] = item * area + position;
  }
};

struct BeginItems {
  const std::uint64_t* keys;
  std::int64_t n;
  int bits;
  std::int64_t area;
  const std::int64_t* changes_before;
  std::int64_t* starts;
  std::int64_t* offsets;

  ME_HD void operator()(std::int64_t item) const {
    const std::uint64_t wanted = static_cast<std::uint64_t>(item) << (bits + 1);
    std::int64_t first = 0;
    std::int64_t last = n;  // the first key that is not below `wanted`
    while (first < last) {
      const std::int64_t middle = first + (last - first) / 2;
      if (keys[middle] < wanted) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    const std::int64_t k = changes_before[first] + item;
    starts[k] = item * area;
    offsets[item] = k;
  }
};

template <class Edge>
DeviceArray<std::uint64_t> crossings_of(const Queue& queue, const DevicePolygonsView& polygons,
                                        Size size, int bits) {
  const Edges<Edge> edges{polygons, size};
  const std::int64_t vertices = polygons.vertices;
  const DeviceArray<std::uint32_t> counts(queue, vertices);
  const DeviceArray<std::int64_t> before(queue, vertices + 1);
  for_each(queue, vertices, CountCrossings<Edge>{edges, counts.data()});
  running_sums(queue, counts.data(), vertices, before.data());
  DeviceArray<std::uint64_t> keys(queue, read(queue, before.data() + vertices));
  for_each(queue, vertices, ListCrossings<Edge>{edges, bits, before.data(), keys.data()});
  keys = sorted(queue, std::move(keys), bits + bits_for(polygons.polygons));
  for_each(queue, keys.n, SignCrossings{polygons, bits, before.data(), keys.data()});
  if (polygons.polygons == polygons.n && polygons.one_each) return keys;
  return sorted(queue, std::move(keys), bits + 1 + bits_for(polygons.n));
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

DeviceRuns rasterize(const Queue& queue, const DevicePolygonsView& polygons, Size size,
                     PixelRule rule) {
  const std::int64_t area = size.area();
  checked_mul(area, polygons.n, "polygons");
  const int bits = bits_for(area);
  const std::int64_t most = std::max(polygons.polygons, polygons.n);
  require(bits + 1 + bits_for(most) <= 64, ErrorKind::limit, "polygons",
          "expected fewer polygons, or a smaller image, on a CUDA device");
  const DeviceArray<std::uint64_t> keys =
      rule == PixelRule::coco ? crossings_of<CocoEdge>(queue, polygons, size, bits)
                              : crossings_of<ExactEdge>(queue, polygons, size, bits);
  const std::int64_t n = keys.n;
  const DeviceArray<std::uint32_t> flags(queue, n);
  const DeviceArray<std::int64_t> opened(queue, n + 1);
  const DeviceArray<std::int64_t> changes_before(queue, n + 1);
  for_each(queue, n, FindOpening{keys.data(), flags.data()});
  running_sums(queue, flags.data(), n, opened.data());
  for_each(queue, n, FindChanges{keys.data(), n, bits, area, opened.data(), flags.data()});
  running_sums(queue, flags.data(), n, changes_before.data());
  const DeviceArray<std::int64_t> starts(queue,
                                         read(queue, changes_before.data() + n) + polygons.n + 1);
  DeviceArray<std::int64_t> offsets(queue, polygons.n + 1);
  for_each(queue, n, BeginRuns{keys.data(), bits, area, changes_before.data(), starts.data()});
  for_each(
      queue, polygons.n + 1,
      BeginItems{keys.data(), n, bits, area, changes_before.data(), starts.data(), offsets.data()});
  return runs_of_starts(queue, starts, std::move(offsets), area);
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
