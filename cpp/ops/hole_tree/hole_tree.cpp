#include "ops/hole_tree/hole_tree.h"

#include <algorithm>
#include <vector>

#include "base/interrupt.h"
#include "base/parallel.h"
#include "ops/hole_tree/nesting.h"

namespace me::cpu {
namespace {

struct Pixel {
  std::int64_t x, y;
  friend bool operator<(const Pixel& p, const Pixel& q) {
    return p.y != q.y ? p.y < q.y : p.x < q.x;
  }
};

// The first pixel in raster order. Lines are rows or columns.
Pixel first_pixel(const Region& region, bool by_columns) {
  if (by_columns) return {region.lowest_line, region.along_begin};
  return {region.first_along, region.line_begin};
}

// Indices in the order of their first pixels, and where each went. Rows come in this order, so that
// nothing is held for them.
class Order {
 public:
  // Of n items, the pixels of which are pixel(k).
  template <class PixelOf>
  Order(std::int64_t n, bool sorted, PixelOf pixel) : n_(n), sorted_(sorted) {
    if (sorted) return;
    Buffer<Pixel> pixels(n);
    items_.resize(n);
    ranks_.resize(n);
    for (std::int64_t k = 0; k < n; k++) {
      pixels[k] = pixel(k);
      items_[k] = static_cast<std::uint32_t>(k);
    }
    std::sort(items_.begin(), items_.end(), [&](std::uint32_t a, std::uint32_t b) {
      poll(5);
      return pixels[a] < pixels[b];
    });
    for (std::int64_t k = 0; k < n; k++) ranks_[items_[k]] = k + 1;
  }

  std::int64_t size() const { return n_; }
  // The index at place k in [0, size()).
  std::int64_t item(std::int64_t k) const { return sorted_ ? k : std::int64_t{items_[k]}; }
  // The place of an index, from 1 on.
  std::int64_t rank(std::int64_t index) const { return sorted_ ? index + 1 : ranks_[index]; }

 private:
  std::int64_t n_;
  bool sorted_;
  Buffer<std::uint32_t> items_;
  Buffer<std::int64_t> ranks_;
};

void add_box(const Hole& hole, bool by_columns, Buffer<std::int64_t>& boxes) {
  const std::int64_t along = hole.along_begin;
  const std::int64_t line = hole.line_begin;
  std::int64_t* box = boxes.grow(4);
  box[0] = by_columns ? line : along;
  box[1] = by_columns ? along : line;
  box[by_columns ? 3 : 2] = hole.along_end - along;
  box[by_columns ? 2 : 3] = hole.line_end - line;
}

// Adds one mask.
void add(const Partition& partition, const Nesting& nesting, bool by_columns, HoleTree& out) {
  const Buffer<Region>& regions = partition.regions();
  Buffer<std::uint32_t> components;                // regions
  Buffer<std::uint32_t> index_of(regions.size());  // region -> place in `components`
  for (std::int64_t r = 1; r < regions.size(); r++) {
    if (regions[r].value == 0) continue;
    index_of[r] = static_cast<std::uint32_t>(components.size());
    components.push_back(static_cast<std::uint32_t>(r));
  }
  const auto start_of = [&](std::int64_t k) {
    return first_pixel(regions[components[k]], by_columns);
  };
  const auto start_of_hole = [&](std::int64_t h) {
    return first_pixel(regions[nesting.holes[h].first], by_columns);
  };
  const Order order(components.size(), !by_columns, start_of);
  const Order hole_order(nesting.holes.size(), !by_columns, start_of_hole);
  Buffer<std::int64_t> depths(components.size());
  out.reserve(components.size(), nesting.holes.size());
  // What lies around a component comes before it in the order of lines.
  for (std::int64_t k = 0; k < components.size(); k++) {
    const std::uint32_t hole = nesting.hole_of[components[k]];
    depths[k] = hole == Nesting::none ? 0 : depths[index_of[nesting.holes[hole].owner]] + 1;
  }
  for (std::int64_t place = 0; place < order.size(); place++) {
    const std::int64_t k = order.item(place);
    const std::uint32_t hole = nesting.hole_of[components[k]];
    poll(10);
    out.parent.push_back(hole == Nesting::none ? 0 : hole_order.rank(hole));
    out.depth.push_back(depths[k]);
  }
  for (std::int64_t place = 0; place < hole_order.size(); place++) {
    const std::int64_t h = hole_order.item(place);
    const Hole& hole = nesting.holes[h];
    const Pixel start = start_of_hole(h);
    poll(20);
    out.hole_parent.push_back(order.rank(index_of[hole.owner]));
    out.hole_area.push_back(static_cast<std::int64_t>(hole.area));
    add_box(hole, by_columns, out.hole_boxes);
    std::int64_t* pixel = out.hole_first_pixels.grow(2);
    pixel[0] = start.x;
    pixel[1] = start.y;
  }
  out.component_counts.push_back(components.size());
  out.hole_counts.push_back(nesting.holes.size());
}

// Calls work(i, tree) for n masks, each of which costs about `cost` nanoseconds.
template <class Work>
HoleTree for_masks(std::int64_t n, double cost, const Exec& exec, Work work) {
  const std::int64_t chunks = chunk_count(exec, n, cost);
  std::vector<HoleTree> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) work(i, parts[static_cast<std::size_t>(c)]);
  });
  for (std::size_t c = 1; c < parts.size(); c++) parts[0].append(parts[c]);
  return std::move(parts[0]);
}

}  // namespace

void HoleTree::reserve(std::int64_t components, std::int64_t holes) {
  const auto add = [](auto& column, std::int64_t n) {
    if (n > column.size()) column.reserve(column.size() + n);  // else it doubles by itself
  };
  add(parent, components);
  add(depth, components);
  add(hole_parent, holes);
  add(hole_area, holes);
  add(hole_boxes, 4 * holes);
  add(hole_first_pixels, 2 * holes);
}

void HoleTree::append(const HoleTree& other) {
  component_counts.append(other.component_counts.data(), other.component_counts.size());
  hole_counts.append(other.hole_counts.data(), other.hole_counts.size());
  parent.append(other.parent.data(), other.parent.size());
  depth.append(other.depth.data(), other.depth.size());
  hole_parent.append(other.hole_parent.data(), other.hole_parent.size());
  hole_area.append(other.hole_area.data(), other.hole_area.size());
  hole_boxes.append(other.hole_boxes.data(), other.hole_boxes.size());
  hole_first_pixels.append(other.hole_first_pixels.data(), other.hole_first_pixels.size());
}

HoleTree hole_tree(const MaskView& masks, bool valued, bool corners, const Exec& exec) {
  const double cost = 0.2 * double(masks.height) * double(masks.width) + 500;
  return for_masks(masks.n, cost, exec, [&](std::int64_t i, HoleTree& out) {
    Partition partition(item_of(masks, i), valued, corners, valued);
    add(partition, valued ? nest_linked(partition) : nest_alternating(partition), false, out);
  });
}

HoleTree hole_tree(const RunsView& masks, bool corners, const Exec& exec) {
  const double runs_each = masks.mean_counts();
  return for_masks(masks.n, 20 * runs_each + 500, exec, [&](std::int64_t i, HoleTree& out) {
    Partition partition(masks[i], corners);
    add(partition, nest_alternating(partition), true, out);
  });
}

}  // namespace me::cpu
