#include "ops/joint/joint.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "ops/joint/blocks.h"
#include "ops/joint/tallies.h"

namespace me::cpu {
namespace {

// Sorts rows of k labels, and adds up those that are equal.
JointCounts sorted(const JointCounts& found, std::int64_t k) {
  const std::int64_t n = found.pixels.size();
  const auto row = [&found, k](std::int64_t i) { return found.labels.data() + i * k; };
  Buffer<std::int64_t> order(n);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return std::lexicographical_compare(row(i), row(i) + k, row(j), row(j) + k);
  });
  JointCounts out;
  for (const std::int64_t i : order) {
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

// make() gives an empty tally.
template <class Make>
JointCounts count_all(const Blocks& blocks, const Element* elements, std::int64_t k,
                      const Exec& exec, Make make) {
  const double cost = block_cost(k);
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

}  // namespace

JointCounts joint(const MaskView* maps, std::int64_t k, const Exec& exec) {
  Maps views(maps, maps + k);
  const std::int64_t area = views[0].n * views[0].height * views[0].width;
  if (area == 0) return {};
  straighten(views);
  const Blocks blocks(views);
  std::int64_t bytes = 0;
  std::vector<Element> elements;
  for (const MaskView& view : views) {
    bytes += element_bytes(view.element);
    elements.push_back(view.element);
  }
  const Element* of = elements.data();
  // A table of all pairs is cleared and read once: 40 us, which small maps do not repay.
  if (k == 2 && bytes == 2 && area >= (std::int64_t{1} << 16)) {
    return count_all(blocks, of, k, exec, [] { return ByteTally(); });
  }
  if (bytes <= 8) return count_all(blocks, of, k, exec, [&] { return PackedTally(of, k); });
  return count_all(blocks, of, k, exec, [&] { return ChainedTally(of, k); });
}

}  // namespace me::cpu
