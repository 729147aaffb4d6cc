// Outlines along pixel edges -> fewer vertices, the same pixels. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/arcs.h"

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
  // Appends the simplified path, not longer than before; false, and nothing appended, when it does
  // not run along pixel edges.
  bool simplify(const Path& path, Buffer<double>& coords);

 private:
  // A straight stretch of n pixel edges.
  struct Run {
    std::int64_t x, y;
    std::int32_t dx, dy;
    std::int64_t n;
  };
  enum class Kind : std::int32_t { stop, column_gate, row_gate };
  // A possible vertex (x, y), or a gate from (x, y) to (to_x, to_y).
  struct Event {
    Kind kind;
    std::int64_t x, y, to_x, to_y;
  };

  bool read(const Path& path);
  bool add_edge(std::int64_t x, std::int64_t y, std::int64_t to_x, std::int64_t to_y);
  void stop(const Run& run, std::int64_t fifths);
  void gate(const Run& run, std::int64_t k);
  void add_events(const Run& run);
  std::int64_t farthest(std::int64_t from, std::int64_t end, bool flat) const;

  Buffer<Run> runs_;
  Buffer<Event> events_;
};

}  // namespace me::cpu
