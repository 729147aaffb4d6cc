// Builds a batch item by item, on several threads, in order.
#pragma once
#include <cstdint>
#include <vector>

#include "base/exec.h"
#include "base/parallel.h"
#include "runs/runs.h"

namespace me {

// The items of all parts, in order. Parts are copied on several threads: what is collected is often
// as large as what it was made from.
Runs joined(const Exec& exec, const std::vector<Runs>& parts);

// make(i, counts) appends the counts of item i and returns its size; one item costs about `cost`
// nanoseconds. The result does not depend on the number of threads.
template <class Make>
Runs collect(const Exec& exec, std::int64_t n, double cost, Make make) {
  const std::int64_t chunks = chunk_count(exec, n, cost);
  const auto fill = [&make, cost](Runs& part, std::int64_t begin, std::int64_t end) {
    part.reserve_items(end - begin);
    for (std::int64_t i = begin; i < end; i++) {
      part.end_item(make(i, part.counts));
      poll(cost);
    }
  };
  Runs all;
  if (chunks <= 1) {  // straight into the result: a small call is over in less than a microsecond
    fill(all, 0, n);
    all.counts.shrink();
    return all;
  }
  std::vector<Runs> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, n, chunks, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
    fill(parts[static_cast<std::size_t>(chunk)], begin, end);
  });
  return joined(exec, parts);
}

}  // namespace me
