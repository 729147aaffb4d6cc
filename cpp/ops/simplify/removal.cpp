#include "ops/simplify/removal.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/sort_polling.h"

namespace me::cpu {
namespace {

// The ends of an open arc have no neighbour on one side; they stay.
constexpr std::uint32_t no_neighbour = UINT32_MAX;

double twice_area(GridPoint a, GridPoint b, GridPoint c) {
  return std::abs(static_cast<double>(b.x - a.x) * static_cast<double>(c.y - a.y) -
                  static_cast<double>(b.y - a.y) * static_cast<double>(c.x - a.x));
}

// The square of the distance of p from the segment a -> b.
double square_distance(const double* p, const double* a, const double* b) {
  const double dx = b[0] - a[0];
  const double dy = b[1] - a[1];
  const double x = p[0] - a[0];
  const double y = p[1] - a[1];
  const double length = dx * dx + dy * dy;
  const double along = length > 0 ? std::clamp((x * dx + y * dy) / length, 0.0, 1.0) : 0.0;
  const double off_x = x - along * dx;
  const double off_y = y - along * dy;
  return off_x * off_x + off_y * off_y;
}

}  // namespace

void Remover::begin(const Arcs& arcs, std::int64_t items) {
  arcs_ = &arcs;
  const std::int64_t n = arcs.coords.size() / 2;
  if (n >= no_neighbour) {
    throw Error(ErrorKind::limit, "polygons",
                "expected less than 2^32 vertices, got " + std::to_string(n));
  }
  at_.resize(n);
  for (std::int64_t v = 0; v < n; v++) at_[v] = snap(arcs.coords.data() + 2 * v);
  edges_.resize(n);
  for (std::int64_t arc = 0; arc < arcs.n(); arc++) {
    const std::int64_t first = arcs.offsets[arc];
    const std::int64_t last = arcs.offsets[arc + 1] - 1;
    poll(5.0 * static_cast<double>(last - first + 1));
    for (std::int64_t v = first; v < last; v++) edges_[v] = edge_pixels(at_[v], at_[v + 1]);
    if (first <= last) edges_[last] = edge_pixels(at_[last], at_[first]);
  }
  rings_.clear();
  items_.resize(items);
  std::fill(items_.begin(), items_.end(), ItemState{0, 0, 0, false});
}

void Remover::add_ring(std::int64_t item, bool hole) {
  const std::int64_t r = rings_.size();
  std::int64_t vertices = 0;
  std::uint64_t pixels = 0;
  for (std::int64_t u = arcs_->ring_offsets[r]; u < arcs_->ring_offsets[r + 1]; u++) {
    const std::int64_t arc = arcs_->uses[u] / 2;
    const std::int64_t first = arcs_->offsets[arc];
    const std::int64_t last = arcs_->offsets[arc + 1] - 1;
    std::uint64_t along = 0;
    for (std::int64_t v = first; v < last; v++) along += edges_[v];
    if (arcs_->closed[arc] != 0) along += edges_[last];
    pixels += arcs_->uses[u] % 2 != 0 ? 0 - along : along;
    vertices += last - first + (arcs_->closed[arc] != 0 ? 1 : 0);
  }
  const auto wound = static_cast<std::int64_t>(pixels);
  rings_.push_back({item, vertices, wound, wound != 0, hole});
  items_[item].vertices += vertices;
  items_[item].pixels += hole ? -std::abs(wound) : std::abs(wound);
  items_[item].had_pixels = items_[item].pixels > 0;
}

void Remover::link(const Arcs& arcs) {
  links_.resize(at_.size());
  alive_.resize(at_.size());
  std::fill(alive_.begin(), alive_.end(), std::uint8_t{1});
  for (std::int64_t a = 0; a < arcs.n(); a++) {
    const auto first = static_cast<std::uint32_t>(arcs.offsets[a]);
    const auto end = static_cast<std::uint32_t>(arcs.offsets[a + 1]);
    for (std::uint32_t v = first; v < end; v++) {
      links_[v] = {v - 1, v + 1, static_cast<std::uint32_t>(a)};
    }
    if (first == end) continue;
    links_[first].before = arcs.closed[a] != 0 ? end - 1 : no_neighbour;
    links_[end - 1].after = arcs.closed[a] != 0 ? first : no_neighbour;
  }
}

// Which rings go along each arc.
void Remover::collect_uses(const Arcs& arcs) {
  use_begins_.resize(arcs.n() + 1);
  std::fill(use_begins_.begin(), use_begins_.end(), std::int64_t{0});
  for (const std::int64_t use : arcs.uses) use_begins_[use / 2]++;
  std::int64_t sum = 0;
  for (std::int64_t& begin : use_begins_) begin = sum += begin;
  uses_.resize(arcs.uses.size());
  for (std::int64_t r = 0; r < arcs.rings(); r++) {
    for (std::int64_t u = arcs.ring_offsets[r]; u < arcs.ring_offsets[r + 1]; u++) {
      uses_[--use_begins_[arcs.uses[u] / 2]] = {static_cast<std::uint32_t>(r),
                                                arcs.uses[u] % 2 != 0};
    }
  }
}

bool Remover::removable(std::uint32_t v) const {
  return links_[v].before != no_neighbour && links_[v].after != no_neighbour;
}

// Of the triangle of v and its neighbours, two edges are known.
std::int64_t Remover::pixels_of(std::uint32_t v) const {
  const std::uint32_t a = links_[v].before;
  const std::uint32_t b = links_[v].after;
  return static_cast<std::int64_t>(edges_[a] + edges_[v] + edge_pixels(at_[b], at_[a]));
}

// The area of the triangle, and its pixels, which the distance does not ask for.
Remover::Change Remover::change_of(std::uint32_t v) const {
  const GridPoint a = at_[links_[v].before];
  const GridPoint b = at_[links_[v].after];
  return {until_ == Until::distance ? 0 : pixels_of(v), twice_area(a, at_[v], b)};
}

// Whether only three vertices, on one line, would be left of a closed arc.
bool Remover::is_last_triangle(std::uint32_t v) const {
  const std::uint32_t a = links_[v].before;
  const std::uint32_t b = links_[v].after;
  const std::uint32_t c = links_[b].after;
  if (c == no_neighbour || c != links_[a].before) return false;
  return twice_area(at_[a], at_[b], at_[c]) == 0 && twice_area(at_[a], at_[v], at_[b]) != 0;
}

// Whether every vertex between the neighbours of v, removed or not, is near their edge.
bool Remover::stays_near(std::uint32_t v) const {
  const double* coords = arcs_->coords.data();
  const std::int64_t first = arcs_->offsets[links_[v].arc];
  const std::int64_t end = arcs_->offsets[links_[v].arc + 1];
  const std::int64_t a = links_[v].before;
  const std::int64_t b = links_[v].after;
  const double limit = distance_ * distance_;
  for (std::int64_t k = a + 1 == end ? first : a + 1; k != b; k = k + 1 == end ? first : k + 1) {
    if (square_distance(coords + 2 * k, coords + 2 * a, coords + 2 * b) > limit) return false;
  }
  return true;
}

void Remover::apply(const Use& use, std::int64_t pixels, std::int64_t vertices) {
  RingState& ring = rings_[use.ring];
  ItemState& item = items_[ring.item];
  const std::int64_t before = std::abs(ring.pixels);
  ring.pixels -= use.reversed ? -pixels : pixels;
  ring.vertices -= vertices;
  const std::int64_t gained = std::abs(ring.pixels) - before;
  item.pixels += ring.hole ? -gained : gained;
  if (until_ == Until::vertices && item.vertices > item.budget) over_--;
  item.vertices -= vertices;
  if (until_ == Until::vertices && item.vertices > item.budget) over_++;
  if (until_ == Until::pixels) item.budget -= vertices * std::abs(pixels);
}

bool Remover::fits(const Use& use) const {
  const RingState& ring = rings_[use.ring];
  const ItemState& item = items_[ring.item];
  return ring.vertices >= 3 && (!ring.had_pixels || ring.pixels != 0) &&
         (!item.had_pixels || item.pixels > 0) && (until_ != Until::pixels || item.budget >= 0);
}

// Takes v off the books of all rings that have it, or leaves them as they were.
bool Remover::charge(std::uint32_t v, std::int64_t pixels) {
  const std::uint32_t arc = links_[v].arc;
  const std::int64_t begin = use_begins_[arc];
  const std::int64_t end = use_begins_[arc + 1];
  for (std::int64_t u = begin; u < end; u++) apply(uses_[u], pixels, 1);
  bool all = true;
  for (std::int64_t u = begin; u < end; u++) all = all && fits(uses_[u]);
  if (all) return true;
  for (std::int64_t u = begin; u < end; u++) apply(uses_[u], -pixels, -1);
  return false;
}

// Whether an item that has v has too many vertices.
bool Remover::wanted(std::uint32_t v) const {
  const std::uint32_t arc = links_[v].arc;
  for (std::int64_t u = use_begins_[arc]; u < use_begins_[arc + 1]; u++) {
    const ItemState& item = items_[rings_[uses_[u].ring].item];
    if (item.vertices > item.budget) return true;
  }
  return false;
}

void Remover::remove(std::uint32_t v, std::int64_t pixels) {
  const std::uint32_t a = links_[v].before;
  const std::uint32_t b = links_[v].after;
  edges_[a] += edges_[v] - static_cast<std::uint64_t>(pixels);
  alive_[v] = 0;
  links_[a].after = b;
  links_[b].before = a;
  grid_.forget();
  for (const std::uint32_t next : {a, b}) {
    if (!removable(next)) continue;
    const Change change = change_of(next);
    pixels_[next] = change.pixels;
    tournament_.change(next, std::abs(change.pixels), change.area);
  }
}

void Remover::propose_all() {
  const std::int64_t n = at_.size();
  pixels_.resize(n);
  tournament_.begin(n);
  for (std::int64_t i = 0; i < n; i++) {
    const auto v = static_cast<std::uint32_t>(i);
    poll(20);
    if (!removable(v)) continue;
    const Change change = change_of(v);
    pixels_[v] = change.pixels;
    tournament_.enter(v, std::abs(change.pixels), change.area);
  }
  tournament_.start();
}

void Remover::run(Until until, double distance, Arcs& out) {
  until_ = until;
  distance_ = distance;
  link(*arcs_);
  collect_uses(*arcs_);
  grid_.build(at_, alive_);
  over_ = 0;
  for (const ItemState& item : items_) over_ += item.vertices > item.budget ? 1 : 0;
  propose_all();
  while (!tournament_.empty() && (until != Until::vertices || over_ > 0)) {
    poll(100);
    const std::uint32_t v = tournament_.first();
    // none that is left has fewer pixels, and the budget does not grow
    if (until == Until::pixels && items_.size() == 1 && tournament_.pixels(v) > items_[0].budget) {
      break;
    }
    tournament_.leave(v);  // comes back when a neighbour goes
    const GridPoint a = at_[links_[v].before];
    const GridPoint b = at_[links_[v].after];
    if (until == Until::vertices && !wanted(v)) continue;
    if (until == Until::distance && !stays_near(v)) continue;
    if (is_last_triangle(v) || grid_.any_in_triangle(a, v, b)) continue;
    const std::int64_t pixels = until == Until::distance ? pixels_of(v) : pixels_[v];
    if (charge(v, pixels)) remove(v, pixels);
  }
  out.clear();
  for (std::int64_t arc = 0; arc < arcs_->n(); arc++) {
    for (std::int64_t v = arcs_->offsets[arc]; v < arcs_->offsets[arc + 1]; v++) {
      if (alive_[v] != 0) out.coords.append(arcs_->coords.data() + 2 * v, 2);
    }
    out.end_arc(arcs_->closed[arc] != 0);
  }
  out.uses = arcs_->uses;
  out.ring_offsets = arcs_->ring_offsets;
}

void Remover::vanish(std::uint8_t* gone) {
  Buffer<std::int64_t> order;
  for (std::int64_t r = 0; r < rings_.size(); r++) {
    gone[r] = 0;
    if (rings_[r].vertices <= 3) order.push_back(r);
  }
  sort_polling(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    const std::int64_t pixels_a = std::abs(rings_[a].pixels);
    const std::int64_t pixels_b = std::abs(rings_[b].pixels);
    return pixels_a != pixels_b ? pixels_a < pixels_b : a > b;  // holes before their exterior
  });
  for (const std::int64_t r : order) {
    std::int64_t& budget = items_[rings_[r].item].budget;
    const std::int64_t pixels = std::abs(rings_[r].pixels);
    bool holes_left = false;
    if (!rings_[r].hole) {
      for (std::int64_t h = r + 1; h < rings_.size() && rings_[h].hole; h++) {
        holes_left |= gone[h] == 0;
      }
    }
    if (holes_left) continue;
    if (until_ == Until::pixels && pixels <= budget) {
      budget -= pixels;
      gone[r] = 1;
    } else if (until_ == Until::vertices && items_[rings_[r].item].vertices > budget) {
      items_[rings_[r].item].vertices -= rings_[r].vertices;
      gone[r] = 1;
    }
  }
}

}  // namespace me::cpu
