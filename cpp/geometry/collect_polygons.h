// Builds a batch of polygons item by item, on several threads, in order.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "base/exec.h"
#include "base/parallel.h"
#include "geometry/polygons.h"

namespace me {

// Appends the items of another batch.
void append(Polygons& to, const Polygons& from);

// make(begin, end, out) appends the items [begin, end); one item costs about `cost` nanoseconds.
// The result does not depend on the number of threads.
template <class Make>
Polygons collect_polygons(const Exec& exec, std::int64_t n, double cost, Make make) {
  const std::int64_t chunks = chunk_count(exec, n, cost);
  std::vector<Polygons> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, n, chunks, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    make(begin, end, parts[static_cast<std::size_t>(chunk)]);
  });
  Polygons all = std::move(parts[0]);
  for (std::int64_t c = 1; c < chunks; c++) append(all, parts[static_cast<std::size_t>(c)]);
  return all;
}

}  // namespace me
