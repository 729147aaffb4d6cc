// Outlines along pixel edges -> fewer vertices, the same pixels. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/arcs.h"
#include "ops/simplify/gates_kernels.h"

namespace me::cpu {

// Every unit edge of the outline is a gate: the segment between the two pixel centres beside it. A
// path through all gates in order winds around every pixel centre as often as the outline does,
// since between two gates it stays in a square of four pixel centres. The gates are narrower than
// that, so that the rounding of either pixel rule moves no pixel; see docs/ops/simplify.md.
//
// Lengths are in eightieths of a pixel; vertices lie on fifths of a pixel along the outline, where
// the rule of COCO does not move them. Holds the scratch memory of one thread.
class GateStabber {
 public:
  GateStabber();

  // Appends the simplified path, not longer than before; false, and nothing appended, when it does
  // not run along pixel edges.
  bool simplify(const Path& path, Buffer<double>& coords);

 private:
  bool read(const Path& path);
  bool add_vertex(const double* xy);

  kernels::WalkGates walk_;
  // Run i, a straight stretch, is from corner i to corner i + 1. Runs along x and y take turns:
  // where the outline turns back there is one of no length between.
  Buffer<double> corners_;
  int first_axis_ = 0;         // 0: run 0 is along x
  Buffer<std::int64_t> ends_;  // runs of no length, and the last one
};

}  // namespace me::cpu
