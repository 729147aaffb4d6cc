// The outline of a mask as vertical edges, linked to rings by the horizontal edges between them.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "ops/polygonize/polygonize.h"
#include "runs/label_blocks.h"
#include "runs/runs.h"

namespace me {

// A maximal vertical edge, from (x, y[0]) to (x, y[1]), with the foreground on its right: left of x
// when it goes down, right of x when it goes up. A horizontal edge goes on from its end to the
// start of edge `next`. As corners turn by 90 degrees, the ends of these edges are all vertices.
struct VerticalEdge {
  std::uint32_t x;
  std::uint32_t y[2];
  std::uint32_t next;
};

struct Outline {
  Buffer<VerticalEdge> edges;  // sorted by x, then y
  // For each edge that begins below foreground on both sides, or (with eight) below a corner at
  // which two foreground pixels touch: where a way straight up, through foreground, meets the
  // outline again. Either at the edge before it, on the same x; or on the horizontal edge that goes
  // right from the end of an edge further left. Always an earlier edge. Else without meaning.
  Buffer<std::uint32_t> above;
};

// Finds the edges of one mask after another; holds the scratch memory of one thread.
class EdgeFinder {
 public:
  void find(const RunList& mask, Connectivity connectivity, Outline& outline);
  // Of foreground in `n` blocks, by column, then row, none below another without a gap.
  void find(const Block* blocks, std::int64_t n, Connectivity connectivity, Outline& outline);

 private:
  // The rows at which one column of pixels changes, ended by UINT32_MAX three times, and for each
  // the vertical edge at the left end of the horizontal edge that runs there.
  struct Column {
    Buffer<std::uint32_t> y;
    Buffer<std::uint32_t> open;
  };

  class Merge;

  void begin(std::int64_t most_edges, Connectivity connectivity, Outline& outline);
  void end();
  void block(std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1);
  void close_columns();
  void between(std::int64_t x);

  bool diagonal_ = false;
  int luck_ = 0;  // how well looking for pairs of runs has done of late
  Outline* outline_ = nullptr;
  Column left_;
  Column right_;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace me
