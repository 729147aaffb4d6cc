// frame_stats: what label maps consist of, label by label and pair by pair. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "base/exec.h"
#include "base/view.h"

namespace me::cpu {

// Of n maps, one after the other. Row k of the first columns is a label of a map, sorted; those of
// map i are rows label_offsets[i] to label_offsets[i + 1]. Likewise for pairs a < b that share
// edges.
struct FrameStats {
  Buffer<std::int64_t> label_offsets, pair_offsets;
  Buffer<std::int64_t> void_pixels;  // of each map

  Buffer<std::uint64_t> labels;  // bits, extended by their sign
  Buffer<std::int64_t> area, components, largest, boundary;
  Buffer<std::int64_t> boxes;  // left, top, width, height
  Buffer<std::uint8_t> touches_border;

  Buffer<std::uint64_t> pair_labels;  // a, b
  Buffer<std::int64_t> edges;
};

// The first map of each view; labels of `voids` are none. Components are connected by corners too
// when `corners`. A pixel is on the boundary when one of its four neighbours has another value.
FrameStats frame_stats(const MaskView* maps, std::int64_t n, const std::int64_t* voids,
                       std::int64_t n_voids, bool corners, const Exec& exec);

}  // namespace me::cpu
