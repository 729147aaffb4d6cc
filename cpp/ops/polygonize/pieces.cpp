#include "ops/polygonize/pieces.h"

#include <algorithm>

#include "base/interrupt.h"
#include "base/prefetch.h"

namespace me {
namespace {

constexpr std::uint32_t most_ways = 16;
constexpr std::uint32_t block_edges = 4096;  // so few stay near: one way is enough

// No power of two: stretches that are written in turn should not share places in the cache.
constexpr std::uint32_t stretch_edges = 250;

}  // namespace

void PieceTracer::trace(Outline& outline) {
  edges_ = outline.edges.data();
  end_ = static_cast<std::uint32_t>(outline.edges.size());
  next_block_ = next_stretch_ = 0;
  const std::uint32_t most = std::min(most_ways, 1 + end_ / block_edges);
  pieces_.clear();
  pieces_.reserve(end_ / 2);  // about a third of it is used, all where rings have two edges each
  order_.clear();
  order_.resize(std::int64_t{end_} + most * stretch_edges);
  Way ways[most_ways] = {};
  std::uint32_t live = 0;
  while (live < most && begin_anywhere(ways[live])) live++;
  while (live > 0) {
    for (std::uint32_t w = 0; w < live; w++) {
      if (met(ways[w].edge)) {
        end(ways[w], edges_[ways[w].edge].next);
        if (!begin_anywhere(ways[w])) ways[w--] = ways[--live];
      } else if (ways[w].to == ways[w].stretch_end) {
        end(ways[w], static_cast<std::uint32_t>(pieces_.size()));
        begin(ways[w]);
      } else {
        take(ways[w]);
      }
    }
  }
}

// Rings of two edges end at once: taking turns would cost them more than waiting, and those that
// begin side by side would come to lie apart. False when every edge has been met.
bool PieceTracer::begin_anywhere(Way& way) {
  for (;;) {
    while (way.from < way.from_end && met(way.from)) way.from++;
    if (way.from == way.from_end) {
      if (next_block_ == end_) return false;
      poll(20.0 * block_edges);
      way.from = next_block_;
      way.from_end = next_block_ += std::min(block_edges, end_ - next_block_);
      continue;
    }
    way.edge = way.from++;
    begin(way);
    if (way.to < way.stretch_end && !met(way.edge)) take(way);
    if (!met(way.edge)) return true;
    end(way, edges_[way.edge].next);
  }
}

void PieceTracer::begin(Way& way) {
  if (way.to == way.stretch_end) {
    way.to = next_stretch_;
    way.stretch_end = next_stretch_ += stretch_edges;
  }
  way.piece = static_cast<std::uint32_t>(pieces_.size());
  way.corner = UINT64_MAX;
  pieces_.grow(1)->begin = way.to;
  take(way);  // at once, so that no other way goes on over it
}

void PieceTracer::end(const Way& way, std::uint32_t next) {
  Piece& piece = pieces_[way.piece];
  piece = {piece.begin, way.to, next, way.first, way.first_edge};
}

void PieceTracer::take(Way& way) {
  VerticalEdge& edge = edges_[way.edge];
  const std::uint64_t corner = first_corner(edge.y, edge.x);
  way.first = corner < way.corner ? way.to : way.first;
  way.first_edge = corner < way.corner ? way.edge : way.first_edge;
  way.corner = corner < way.corner ? corner : way.corner;
  order_[way.to++] = {edge.x, {edge.y[0], edge.y[1]}};
  edge.x |= met_edge;
  way.edge = edge.next;
  edge.next = way.piece;
  prefetch(&edges_[way.edge]);
}

}  // namespace me
