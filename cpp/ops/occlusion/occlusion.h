// occlusion: run-length layers, one over the other -> what is seen of each, and which pairs share
// pixels. Runs on the CPU.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me::cpu {

// Two layers i < j, and how many pixels are in both, in what is seen of i and in j, in what is seen
// of j and in i, and in what is seen of both.
struct LayerPair {
  std::int64_t i, j, shared, i_over_j, j_over_i, clash;
};

struct Occlusion {
  Runs visible;                 // of layers in an order
  Buffer<LayerPair> pairs;      // those with a pixel, sorted
  Buffer<std::int64_t> inside;  // of each layer: seen pixels inside of it,
  Buffer<std::int64_t> unseen;  // and its pixels where nothing is seen of any layer
};

// The layer with the highest rank is seen; ranks are different. All masks have one size.
Occlusion occlusion(const RunsView& layers, const std::int64_t* rank);

// What is seen is given, and `visible` of the result empty. n masks each, all of one size.
Occlusion occlusion(const RunsView& layers, const RunsView& seen);

}  // namespace me::cpu
