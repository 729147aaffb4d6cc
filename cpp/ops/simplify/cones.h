// Rings -> rings within a distance of them. Private to simplify.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "geometry/arcs.h"

namespace me::cpu {

// Keeps some of the vertices: as few as a walk finds that goes, from each vertex it keeps, to the
// last one for which everything left out stays within the distance. The vertices on the way each
// allow a cone of directions, so a step costs no look back. Holds the scratch memory of one thread.
class ConeWalker {
 public:
  // Appends the simplified ring: at least 3 vertices, not all on one line unless the ring's are.
  void simplify(const Path& ring, double distance, Buffer<double>& coords);

 private:
  void walk(std::int64_t from, std::int64_t end);
  void keep_triangle(std::int64_t n);
  bool has_area() const;

  double distance_ = 0;
  Buffer<double> xy_;  // the ring from its first vertex on screen to that vertex again
  Buffer<std::int64_t> kept_;
};

}  // namespace me::cpu
