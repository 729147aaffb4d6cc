// Counts blocks of maps on several threads, and puts the parts together.
#pragma once
#include <algorithm>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "base/poll_some.h"
#include "base/sort_polling.h"
#include "ops/joint/tallies.h"

namespace me::cpu {

// Sorts rows of k labels, adds up those that are equal and leaves out those without pixels.
inline JointCounts sorted(const JointCounts& found, std::int64_t k) {
  const std::int64_t n = found.pixels.size();
  const auto row = [&found, k](std::int64_t i) { return found.labels.data() + i * k; };
  Buffer<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  sort_polling(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return std::lexicographical_compare(row(i), row(i) + k, row(j), row(j) + k);
  });
  JointCounts out;
  for (std::int64_t at = 0; at < n; at++) {
    poll_some(at, 20);
    const std::int64_t i = order[at];
    if (found.pixels[i] == 0) continue;
    const std::int64_t last = out.pixels.size() - 1;
    if (last >= 0 && std::equal(row(i), row(i) + k, out.labels.data() + last * k)) {
      out.pixels[last] += found.pixels[i];
      continue;
    }
    out.labels.append(row(i), k);
    out.pixels.push_back(found.pixels[i]);
  }
  return out;
}

// blocks.count(begin, end, tally) counts some of blocks.n() blocks, each of which costs about
// `cost` nanoseconds; make() gives an empty tally.
template <class Source, class Make>
JointCounts count_all(const Source& blocks, double cost, const Element* elements, std::int64_t k,
                      const Exec& exec, Make make) {
  const std::int64_t chunks =
      std::min<std::int64_t>(chunk_count(exec, blocks.n(), cost), std::int64_t{2} * exec.threads);
  std::vector<JointCounts> parts(static_cast<std::size_t>(std::max<std::int64_t>(chunks, 1)));
  for_chunks(exec, blocks.n(), chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    auto tally = make();
    blocks.count(begin, end, tally);
    tally.give(elements, parts[static_cast<std::size_t>(c)]);
  });
  for (std::size_t c = 1; c < parts.size(); c++) {
    parts[0].labels.append(parts[c].labels.data(), parts[c].labels.size());
    parts[0].pixels.append(parts[c].pixels.data(), parts[c].pixels.size());
  }
  return sorted(parts[0], k);
}

// The same with the tally for k maps whose labels take so many bytes together. A table of all pairs
// is cleared and read once: 40 us, which is repaid where there are `many` pixels or runs.
template <class Source>
JointCounts count_by_kind(const Source& blocks, double cost, const Element* of, std::int64_t k,
                          std::int64_t bytes, bool many, const Exec& exec) {
  if (k == 2 && bytes == 2 && many) {
    return count_all(blocks, cost, of, k, exec, [] { return ByteTally(); });
  }
  if (bytes <= 8) return count_all(blocks, cost, of, k, exec, [&] { return PackedTally(of, k); });
  return count_all(blocks, cost, of, k, exec, [&] { return ChainedTally(of, k); });
}

}  // namespace me::cpu
