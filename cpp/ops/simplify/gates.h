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
  // Forgets all paths.
  void clear();
  // Returns its memory to the system when it grew large.
  void trim();
  // Takes in one more path, whose vertices must stay where they are.
  void add(const Path& path);
  std::int64_t n() const { return paths_.size(); }
  std::int64_t corners() const { return all_ends_.size(); }

  // Simplifies all of them: side by side, as a step along one waits for the step before.
  void run();
  // Appends path k simplified, not longer than before; false, and nothing appended, when it does
  // not run along pixel edges.
  bool append(std::int64_t k, Buffer<double>& coords) const;

 private:
  bool add_turns(const Path& path);
  bool read(const Path& path);
  bool add_vertex(const double* xy);
  void add_ends();

  void add_walks(std::int64_t code, std::int64_t end, std::int64_t even_axis);
  struct Joined {
    std::int64_t next_walk;
    double* out;  // behind the last vertex
  };
  Joined join(std::int64_t w, double* out) const;

  struct Entry {
    Path path;
    std::int64_t first_walk, end_walk;  // none when it does not run along pixel edges
  };

  kernels::WalkGates walk_ = nullptr;
  Buffer<Entry> paths_;
  Buffer<kernels::Walk> walks_;
  Buffer<double> all_ends_;
  Buffer<std::int64_t> stops_;
  Buffer<std::int64_t> begins_;  // of each walk in it

  // Of the path that is taken in:
  //
  // Run i, a straight stretch, is from corner i to corner i + 1. Runs along x and y take turns:
  // where the outline turns back there is one of no length between.
  Buffer<double> corners_;
  std::int64_t first_axis_ = 0;  // 0: run 0 is along x
  Buffer<std::int64_t> ends_;    // runs of no length, and the last one
};

}  // namespace me::cpu
