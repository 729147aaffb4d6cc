#include "ops/simplify/simplify.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "geometry/arcs.h"
#include "geometry/collect_polygons.h"
#include "ops/simplify/cones.h"
#include "ops/simplify/gates.h"
#include "ops/simplify/item_pixels.h"
#include "ops/simplify/removal.h"
#include "ops/simplify/vanish.h"

namespace me::cpu {
namespace {

void check_coordinates(const PolygonsView& polygons, double limit) {
  for (std::int64_t i = 0; i < polygons.n; i++) {
    const double* begin = polygons.coords + 2 * polygons.vertices_before(i);
    const double* end = polygons.coords + 2 * polygons.vertices_before(i + 1);
    std::uint64_t signs = 0;  // of all at once and without a way out, so that the loop vectorises
    for (const double* c = begin; c < end; c++) {
      const double left = limit - std::abs(*c);
      std::uint64_t bits;
      std::memcpy(&bits, &left, sizeof left);
      signs |= bits;
    }
    if (signs >> 63 == 0) continue;
    const double* worst = begin;
    while (std::abs(*worst) <= limit) worst++;
    throw Error(ErrorKind::limit, "polygons",
                "expected coordinates within " + std::to_string(limit) + " pixels, got " +
                    std::to_string(*worst),
                i);
  }
}

// Pixels that may change: the intersection over union is at least 1 - changed / pixels.
std::int64_t pixel_budget(std::int64_t pixels, double iou) {
  if (pixels == 0) return 0;
  const auto all = static_cast<double>(pixels);
  auto budget = static_cast<std::int64_t>((1.0 - iou) * all) + 1;
  while (budget > 0 && static_cast<double>(pixels - budget) / all < iou) budget--;
  return budget;
}

// Corners of outlines that are simplified side by side. At the end lanes run out of walks, so the
// more the better (by a seventh from 16 384 on), as long as they stay near.
constexpr std::int64_t corners_at_a_time = 65536;

// The memory of this thread, kept between calls: page by page, the system takes longer to hand it
// out than a walk to use it.
class KeptGates {
 public:
  GateStabber* operator->() const { return &kept(); }
  ~KeptGates() { kept().trim(); }

 private:
  static GateStabber& kept() {
    GateStabber& gates = kept_by_thread<GateStabber>([] {});
    return gates;
  }
};

// Rings without regard to others: lossless, or within a distance.
class RingSimplifier {
 public:
  RingSimplifier(Bound bound, double value) : bound_(bound), value_(value) {}

  // Appends rings [begin, end) to a batch.
  void append(const PolygonsView& polygons, std::int64_t begin, std::int64_t end, Polygons& out) {
    if (bound_ == Bound::distance) {
      for (std::int64_t r = begin; r < end; r++) {
        cones_.simplify(open_end(polygons.ring(r)), value_, out.coords);
        out.end_ring();
      }
      return;
    }
    for (std::int64_t r = begin; r < end;) {
      const std::int64_t first = r;
      gates_->clear();
      while (r < end && (r == first || gates_->corners() < corners_at_a_time)) {
        gates_->add(open_end(polygons.ring(r++)));
      }
      gates_->run();
      for (std::int64_t k = 0; k < gates_->n(); k++) {
        if (!gates_->append(k, out.coords)) remove(polygons.ring(first + k), out.coords);
        out.end_ring();
      }
    }
  }

 private:
  // What does not run along pixel edges.
  void remove(const Ring& ring, Buffer<double>& coords) {
    const Path path = open_end(ring);
    if (path.n <= 3) {
      coords.append(path.xy, 2 * path.n);
      return;
    }
    arcs_.clear();
    append_ring(arcs_, ring);
    remover_.begin(arcs_, 1);
    remover_.add_ring(0, false);
    remover_.run(Until::pixels, 0, out_);
    append_vertices(out_, 0, coords);
  }

  Bound bound_;
  double value_;
  KeptGates gates_;
  ConeWalker cones_;
  Remover remover_;
  Arcs arcs_, out_;
};

// Polygons and items as before, around rings that are as many as before.
void copy_structure(const PolygonsView& from, Polygons& to) {
  const std::int64_t ring = from.rings_before(0);
  const std::int64_t polygon = from.item_offsets[0];
  for (std::int64_t p = polygon; p < from.item_offsets[from.n]; p++) {
    to.polygon_offsets.push_back(from.polygon_offsets[p + 1] - ring);
  }
  for (std::int64_t i = 0; i < from.n; i++) {
    to.item_offsets.push_back(from.item_offsets[i + 1] - polygon);
  }
}

Polygons simplify_rings(const PolygonsView& polygons, Bound bound, double value, bool vanish,
                        const Exec& exec) {
  const std::int64_t first = polygons.rings_before(0);
  const std::int64_t rings = polygons.rings_before(polygons.n) - first;
  const double each = rings == 0 ? 0.0 : double(polygons.total_vertices()) / double(rings);
  Polygons all = collect_polygons(
      exec, rings, 50.0 + 20.0 * each, [&](std::int64_t begin, std::int64_t end, Polygons& out) {
        RingSimplifier simplifier(bound, value);
        const std::int64_t vertices =
            polygons.ring_offsets[first + end] - polygons.ring_offsets[first + begin];
        out.coords.reserve(vertices / (bound == Bound::lossless ? 1 : 2));
        simplifier.append(polygons, first + begin, first + end, out);
      });
  copy_structure(polygons, all);
  if (!vanish || bound != Bound::distance) return all;
  Buffer<std::uint8_t> gone(rings);
  for (std::int64_t r = 0; r < rings; r++) {
    gone[r] = is_tiny(polygons.ring(first + r), value) ? 1 : 0;
  }
  return without(all, gone);
}

void add_rings(const PolygonsView& polygons, std::int64_t item, std::int64_t as, Remover& remover) {
  for (std::int64_t p = polygons.item_offsets[item]; p < polygons.item_offsets[item + 1]; p++) {
    const std::int64_t exterior = polygons.polygon_offsets[p];
    for (std::int64_t r = exterior; r < polygons.polygon_offsets[p + 1]; r++) {
      remover.add_ring(as, r != exterior);
    }
  }
}

std::int64_t budget_of(const PolygonsView& polygons, std::int64_t item, Bound bound, double value,
                       ItemPixels& pixels) {
  if (bound == Bound::iou) return pixel_budget(pixels.count(polygons, item), value);
  return bound == Bound::vertices ? static_cast<std::int64_t>(std::min(value, 9e18)) : 0;
}

Until until_of(Bound bound) {
  return bound == Bound::vertices   ? Until::vertices
         : bound == Bound::distance ? Until::distance
                                    : Until::pixels;
}

// The vertices of all rings in one queue per item.
Polygons simplify_items(const PolygonsView& polygons, Bound bound, double value, bool vanish,
                        const Exec& exec) {
  Buffer<std::uint8_t> gone(polygons.rings_before(polygons.n) - polygons.rings_before(0));
  const double each =
      polygons.n == 0 ? 0.0 : double(polygons.total_vertices()) / double(polygons.n);
  Polygons all = collect_polygons(
      exec, polygons.n, 500.0 + 500.0 * each,
      [&](std::int64_t begin, std::int64_t end, Polygons& out) {
        Remover remover;
        ItemPixels pixels;
        Arcs arcs;
        Arcs left;
        for (std::int64_t i = begin; i < end; i++) {
          const std::int64_t first = polygons.rings_before(i);
          arcs.clear();
          for (std::int64_t r = first; r < polygons.rings_before(i + 1); r++) {
            append_ring(arcs, polygons.ring(r));
          }
          remover.begin(arcs, 1);
          add_rings(polygons, i, 0, remover);
          remover.item(0).budget = budget_of(polygons, i, bound, value, pixels);
          remover.run(until_of(bound), value, left);
          if (vanish) {
            remover.vanish(gone.data() + first - polygons.rings_before(0));
          }
          for (std::int64_t p = polygons.item_offsets[i]; p < polygons.item_offsets[i + 1]; p++) {
            for (std::int64_t r = polygons.polygon_offsets[p]; r < polygons.polygon_offsets[p + 1];
                 r++) {
              append_vertices(left, r - first, out.coords);
              out.end_ring();
            }
            out.end_polygon();
          }
          out.end_item();
        }
      });
  return vanish ? without(all, gone) : all;
}

// Arcs [begin, end) through their gates; false when an arc does not run along pixel edges.
bool stab_arcs(const Arcs& arcs, std::int64_t begin, std::int64_t end, Arcs& out) {
  const KeptGates gates;
  for (std::int64_t a = begin; a < end;) {
    const std::int64_t first = a;
    gates->clear();
    while (a < end && (a == first || gates->corners() < corners_at_a_time)) {
      gates->add(arcs.path(a++));
    }
    gates->run();
    for (std::int64_t k = 0; k < gates->n(); k++) {
      const Path path = arcs.path(first + k);
      if (path.closed && path.n <= 3) {
        out.coords.append(path.xy, 2 * path.n);
      } else if (!gates->append(k, out.coords)) {
        return false;
      }
      out.end_arc(path.closed);
    }
  }
  return true;
}

// All of them, on several threads.
bool stab_arcs(const Arcs& arcs, Arcs& out, const Exec& exec) {
  const double each = arcs.n() == 0 ? 0 : double(arcs.coords.size()) / double(arcs.n());
  const std::int64_t chunks = chunk_count(exec, arcs.n(), 50.0 + 20.0 * each);
  std::vector<Arcs> parts(static_cast<std::size_t>(chunks));
  std::atomic<bool> all{true};
  for_chunks(exec, arcs.n(), chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    if (!all || !stab_arcs(arcs, begin, end, parts[static_cast<std::size_t>(c)])) all = false;
  });
  if (!all) return false;
  for (const Arcs& part : parts) {
    const std::int64_t before = out.coords.size() / 2;
    out.coords.append(part.coords.data(), part.coords.size());
    out.closed.append(part.closed.data(), part.closed.size());
    for (std::int64_t a = 1; a <= part.n(); a++) out.offsets.push_back(before + part.offsets[a]);
  }
  out.uses = arcs.uses;
  out.ring_offsets = arcs.ring_offsets;
  return true;
}

Polygons simplify_shared(const PolygonsView& polygons, Bound bound, double value,
                         const Exec& exec) {
  const Arcs arcs = shared_arcs(polygons);
  Arcs left;
  if (bound != Bound::lossless || !stab_arcs(arcs, left, exec)) {
    Remover remover;
    ItemPixels pixels;
    remover.begin(arcs, polygons.n);
    for (std::int64_t i = 0; i < polygons.n; i++) add_rings(polygons, i, i, remover);
    for (std::int64_t i = 0; i < polygons.n; i++) {
      remover.item(i).budget = budget_of(polygons, i, bound, value, pixels);
    }
    left.clear();
    remover.run(until_of(bound), value, left);
  }
  Polygons out;
  for (std::int64_t r = 0; r < left.rings(); r++) {
    const std::int64_t begin = out.coords.size();
    append_vertices(left, r, out.coords);
    if (out.coords.size() - begin < 6) {  // only a ring around nothing
      out.coords.truncate(begin);
      append_vertices(arcs, r, out.coords);
    }
    out.end_ring();
  }
  copy_structure(polygons, out);
  return out;
}

}  // namespace

Polygons simplify(const PolygonsView& polygons, Bound bound, double value, bool shared, bool vanish,
                  const Exec& exec) {
  check_coordinates(polygons, count_limit);
  if (shared) return simplify_shared(polygons, bound, value, exec);
  if (bound == Bound::lossless || bound == Bound::distance) {
    return simplify_rings(polygons, bound, value, vanish, exec);
  }
  return simplify_items(polygons, bound, value, vanish, exec);
}

}  // namespace me::cpu
