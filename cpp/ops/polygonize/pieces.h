// Linked vertical edges -> rings in pieces: edges side by side that follow each other.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/polygonize/cracks.h"

namespace me {

// Set in x (below 2^31) of an edge that has been met.
constexpr std::uint32_t met_edge = std::uint32_t{1} << 31;

// A vertical edge of the outline where it was met, so that none is looked for again.
struct MetEdge {
  std::uint32_t x;
  std::uint32_t y[2];
};

// The edges order[begin, end); the ring goes on with the piece `next`.
struct Piece {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t next;
  std::uint32_t first;       // place in `order` of the edge with the first corner
  std::uint32_t first_edge;  // its number in the outline
};

// The corner of the edge that is first in raster order: y, then x.
inline std::uint64_t first_corner(const std::uint32_t (&y)[2], std::uint32_t x) {
  return std::uint64_t{y[0] < y[1] ? y[0] : y[1]} << 32 | x;
}

// Follows links; holds the scratch memory of one thread.
//
// Where a ring goes on is known only when its edge has come from memory. So several ways are
// followed in turn, and memory works for all of them at a time. A way ends where one began before.
class PieceTracer {
 public:
  // Uses up the outline: `next` of each edge becomes the number of its piece.
  void trace(Outline& outline);

  const Buffer<MetEdge>& order() const { return order_; }
  const Buffer<Piece>& pieces() const { return pieces_; }

 private:
  // Writes to a stretch of order_, [to, stretch_end), and then to another one. Begins at the edges
  // [from, from_end) that no way has met, then at those of another block.
  struct Way {
    std::uint32_t edge;  // to be taken next
    std::uint32_t piece;
    std::uint32_t to;
    std::uint32_t stretch_end;
    std::uint64_t corner;  // the first so far, and where
    std::uint32_t first;
    std::uint32_t first_edge;
    std::uint32_t from;
    std::uint32_t from_end;
  };

  bool met(std::uint32_t edge) const { return (edges_[edge].x & met_edge) != 0; }
  bool begin_anywhere(Way& way);
  void begin(Way& way);
  void end(const Way& way, std::uint32_t next);
  void take(Way& way);

  Buffer<MetEdge> order_;
  Buffer<Piece> pieces_;
  VerticalEdge* edges_ = nullptr;
  std::uint32_t end_ = 0;
  std::uint32_t next_block_ = 0;  // edges from here on have been given to no way, to begin at
  std::uint32_t next_stretch_ = 0;
};

}  // namespace me
