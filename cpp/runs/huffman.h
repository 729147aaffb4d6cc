// Canonical Huffman codes of limited length, as deflate has them (RFC 1951, 3.2.2).
#pragma once
#include <algorithm>
#include <cstdint>

namespace me {

// Lengths of an optimal code for how often each of `n` symbols comes, at most 512, written to
// `lengths`; 0 for one that does not come. Above `longest`, frequencies are halved until it fits.
inline void code_lengths(const std::uint32_t* often, int n, int longest, std::uint8_t* lengths) {
  struct Node {
    std::uint64_t weight;
    int parent;
  };
  int symbols[512];
  int used = 0;
  for (int s = 0; s < n; s++) {
    lengths[s] = 0;
    if (often[s] > 0) symbols[used++] = s;
  }
  if (used < 2) {
    if (used == 1) lengths[symbols[0]] = 1;
    return;
  }
  for (int halved = 0;; halved++) {
    const auto weight = [&](int s) -> std::uint64_t { return (often[s] >> halved) | 1U; };
    std::stable_sort(symbols, symbols + used, [&](int a, int b) { return weight(a) < weight(b); });
    Node nodes[1024];
    for (int i = 0; i < used; i++) nodes[i] = {weight(symbols[i]), 0};
    int leaf = 0, inner = used, end = used;  // both queues are in ascending order
    const auto take = [&]() {
      const bool is_leaf =
          leaf < used && (inner == end || nodes[leaf].weight <= nodes[inner].weight);
      return is_leaf ? leaf++ : inner++;
    };
    for (; end < 2 * used - 1; end++) {
      const int a = take(), b = take();
      nodes[end] = {nodes[a].weight + nodes[b].weight, 0};
      nodes[a].parent = nodes[b].parent = end;
    }
    int depth[1024], deepest = 0;
    depth[2 * used - 2] = 0;
    for (int i = 2 * used - 3; i >= 0; i--) depth[i] = depth[nodes[i].parent] + 1;
    for (int i = 0; i < used; i++) deepest = std::max(deepest, depth[i]);
    if (deepest > longest) continue;
    for (int i = 0; i < used; i++) lengths[symbols[i]] = std::uint8_t(depth[i]);
    return;
  }
}

// The codes of these lengths, at most 15, in the order in which deflate writes their bits.
inline void codes_of(const std::uint8_t* lengths, int n, std::uint16_t* codes) {
  int count[17] = {}, next[17] = {};
  for (int s = 0; s < n; s++) count[lengths[s]]++;
  count[0] = 0;
  for (int bits = 1; bits < 17; bits++) next[bits] = (next[bits - 1] + count[bits - 1]) << 1;
  for (int s = 0; s < n; s++) {
    const int code = lengths[s] > 0 ? next[lengths[s]]++ : 0;
    int turned = 0;
    for (int bit = 0; bit < lengths[s]; bit++)
      turned |= (code >> bit & 1) << (lengths[s] - 1 - bit);
    codes[s] = std::uint16_t(turned);
  }
}

}  // namespace me
