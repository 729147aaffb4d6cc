#include "geometry/arcs.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "base/interrupt.h"

namespace me {
namespace {

constexpr std::int64_t none = -1;
constexpr double step_ns = 60;  // of a vertex that is looked up where memory is far

// Gives equal vertices equal numbers 0, 1, 2 ... in the order of their first use.
class VertexIds {
 public:
  explicit VertexIds(std::int64_t most) {
    std::int64_t slots = 16;
    while (slots < 2 * most) slots *= 2;
    slots_.resize(slots);
    std::fill(slots_.begin(), slots_.end(), none);
  }

  std::int64_t id(const double* xy) {
    const double at[2] = {xy[0] + 0.0, xy[1] + 0.0};  // -0 is 0
    std::uint64_t bits[2];
    std::memcpy(bits, at, sizeof bits);
    std::uint64_t hash = bits[0] * 0x9e3779b97f4a7c15 + bits[1];
    hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93;
    const auto mask = static_cast<std::uint64_t>(slots_.size() - 1);
    for (std::uint64_t slot = (hash ^ hash >> 32) & mask;; slot = (slot + 1) & mask) {
      std::int64_t& id = slots_[static_cast<std::int64_t>(slot)];
      if (id == none) {
        id = vertices_.size();
        vertices_.push_back(xy);
        return id;
      }
      const double* known = vertices_[id];
      if (known[0] == xy[0] && known[1] == xy[1]) return id;
    }
  }
  const double* operator[](std::int64_t id) const { return vertices_[id]; }
  std::int64_t n() const { return vertices_.size(); }

 private:
  Buffer<std::int64_t> slots_;
  Buffer<const double*> vertices_;
};

// What is known of a vertex: the two next to it, smaller id first, and the arc it is inside of.
struct Neighbours {
  std::int64_t low, high, arc;
  bool node;
};

class Cutter {
 public:
  explicit Cutter(const PolygonsView& polygons)
      : polygons_(polygons), ids_(polygons.total_vertices()) {}

  Arcs cut() {
    read();
    mark_nodes();
    const std::int64_t first = polygons_.rings_before(0);
    for (std::int64_t r = 0; r + 1 < begins_.size(); r++) {
      if (begins_[r + 1] - begins_[r] < 3) {  // no area: by itself
        append_ring(arcs_, polygons_.ring(first + r));
        arc_begins_.push_back(none);
      } else {
        cut_ring(begins_[r], begins_[r + 1] - begins_[r]);
      }
    }
    return std::move(arcs_);
  }

 private:
  // The ids of each ring, without vertices that repeat the one before.
  void read() {
    begins_.push_back(0);
    for (std::int64_t r = polygons_.rings_before(0); r < polygons_.rings_before(polygons_.n); r++) {
      const Ring ring = polygons_.ring(r);
      const std::int64_t begin = walk_.size();
      for (std::int64_t i = 0; i < ring.n; i++) {
        poll(step_ns);
        const std::int64_t id = ids_.id(ring.xy + 2 * i);
        if (walk_.size() == begin || walk_.back() != id) walk_.push_back(id);
      }
      while (walk_.size() - begin > 1 && walk_.back() == walk_[begin]) {
        walk_.truncate(walk_.size() - 1);
      }
      begins_.push_back(walk_.size());
    }
  }

  void mark_nodes() {
    known_.resize(ids_.n());
    std::fill(known_.begin(), known_.end(), Neighbours{none, none, none, false});
    for (std::int64_t r = 0; r + 1 < begins_.size(); r++) {
      const std::int64_t begin = begins_[r];
      const std::int64_t n = begins_[r + 1] - begin;
      if (n < 3) continue;
      for (std::int64_t i = 0; i < n; i++) {
        poll(step_ns);
        const std::int64_t before = walk_[begin + (i == 0 ? n : i) - 1];
        const std::int64_t after = walk_[begin + (i + 1 == n ? 0 : i + 1)];
        Neighbours& at = known_[walk_[begin + i]];
        if (at.low == none) {
          at.low = std::min(before, after);
          at.high = std::max(before, after);
        } else if (at.low != std::min(before, after) || at.high != std::max(before, after)) {
          at.node = true;
        }
      }
    }
  }

  void cut_ring(std::int64_t begin, std::int64_t n) {
    const auto id = [&](std::int64_t i) { return walk_[begin + i % n]; };
    std::int64_t start = 0;
    while (start < n && !known_[id(start)].node) start++;
    if (start == n) {
      start = 0;
      for (std::int64_t i = 1; i < n; i++) start = id(i) < id(start) ? i : start;
      use(begin, n, start, n, true);
    } else {
      for (std::int64_t from = start; from < start + n;) {
        std::int64_t to = from + 1;
        while (!known_[id(to)].node) to++;
        poll(step_ns * static_cast<double>(to - from));
        use(begin, n, from, to - from + 1, false);
        from = to;
      }
    }
    arcs_.end_ring();
    arcs_.ring_starts.push_back((n - start) % n);
  }

  // The arc that is the edge of two nodes.
  std::int64_t& between(std::int64_t a, std::int64_t b) {
    return edges_.try_emplace({std::min(a, b), std::max(a, b)}, none).first->second;
  }

  // Uses the arc of the vertices [from, from + count), storing it unless it is known.
  void use(std::int64_t begin, std::int64_t n, std::int64_t from, std::int64_t count, bool closed) {
    const auto id = [&](std::int64_t i) { return walk_[begin + (from + i) % n]; };
    // a vertex inside of an arc belongs to no other
    std::int64_t& known = closed      ? known_[id(0)].arc
                          : count > 2 ? known_[id(1)].arc
                                      : between(id(0), id(1));
    std::int64_t arc = known;
    // twice around is another ring than once around
    if (arc == none || (closed && arcs_.path(arc).n != count)) {
      arc = arcs_.n();
      known = arc;
      for (std::int64_t i = 0; i < count; i++) {
        poll(step_ns);
        arcs_.coords.append(ids_[id(i)], 2);
        arc_ids_.push_back(id(i));
        if (closed || (i > 0 && i + 1 < count)) known_[id(i)].arc = arc;
      }
      arcs_.end_arc(closed);
      arc_begins_.push_back(arc_ids_.size() - count);
      arcs_.uses.push_back(2 * arc);
      return;
    }
    const std::int64_t stored = arc_begins_[arc];
    const bool same = arc_ids_[stored] == id(0) && arc_ids_[stored + 1] == id(1);
    arcs_.uses.push_back(2 * arc + (same ? 0 : 1));
  }

  PolygonsView polygons_;
  VertexIds ids_;
  Buffer<std::int64_t> walk_;
  Buffer<std::int64_t> begins_;
  Buffer<Neighbours> known_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> edges_;
  Arcs arcs_;
  Buffer<std::int64_t> arc_ids_;
  Buffer<std::int64_t> arc_begins_;
};

}  // namespace

void Arcs::clear() {
  coords.clear();
  offsets.clear();
  closed.clear();
  uses.clear();
  ring_offsets.clear();
  ring_starts.clear();
  offsets.push_back(0);
  ring_offsets.push_back(0);
}

void Arcs::end_arc(bool is_closed) {
  offsets.push_back(coords.size() / 2);
  closed.push_back(is_closed ? 1 : 0);
}

Path open_end(const Ring& ring) {
  const double* last = ring.xy + 2 * (ring.n - 1);
  const bool repeats = ring.n > 3 && ring.xy[0] == last[0] && ring.xy[1] == last[1];
  return {ring.xy, ring.n - (repeats ? 1 : 0), true};
}

void append_ring(Arcs& arcs, const Ring& ring) {
  const Path path = open_end(ring);
  const std::int64_t begin = arcs.coords.size();
  const double* last = nullptr;
  for (const double* at = path.xy; at < path.xy + 2 * path.n; at += 2) {
    if (last != nullptr && at[0] == last[0] && at[1] == last[1]) continue;
    arcs.coords.append(at, 2);
    last = at;
  }
  while (last != nullptr && path.n >= 3 && arcs.coords.size() - begin < 6) {
    arcs.coords.append(last, 2);
  }
  arcs.end_arc(true);
  arcs.uses.push_back(2 * (arcs.n() - 1));
  arcs.end_ring();
  arcs.ring_starts.push_back(0);
}

Arcs shared_arcs(const PolygonsView& polygons) { return Cutter(polygons).cut(); }

void append_vertices(const Arcs& arcs, std::int64_t r, Buffer<double>& coords) {
  for (std::int64_t u = arcs.ring_offsets[r]; u < arcs.ring_offsets[r + 1]; u++) {
    const Path path = arcs.path(arcs.uses[u] / 2);
    const bool backwards = arcs.uses[u] % 2 != 0;
    const std::int64_t n = path.n - (path.closed ? 0 : 1);  // the next arc begins at the last
    double* out = coords.grow(2 * n);
    for (std::int64_t i = 0; i < n; i++) {
      std::memcpy(out + 2 * i, path.xy + 2 * (backwards ? path.n - 1 - i : i), 2 * sizeof(double));
    }
  }
}

}  // namespace me
