// Layers one over the other: the label map, what is seen of each, and which pairs share pixels, are
// what they are pixel by pixel, at every CPU level and by the GPU kernels.
#include <numeric>

#include "engines.h"
#include "ops/compose/compose.h"
#include "ops/occlusion/occlusion.h"

namespace {

std::int64_t common(const fuzz::Grid& a, const fuzz::Grid& b) {
  std::int64_t n = 0;
  for (std::size_t p = 0; p < a.all.size(); p++) n += a.all[p] != 0 && b.all[p] != 0 ? 1 : 0;
  return n;
}

void check_occlusion(const me::cpu::Occlusion& found, const std::vector<fuzz::Grid>& layers,
                     const std::vector<fuzz::Grid>& seen) {
  std::int64_t k = 0;
  for (std::size_t i = 0; i < layers.size(); i++) {
    const auto at = static_cast<std::int64_t>(i);
    EXPECT(found.inside[at] == common(seen[i], layers[i]));
    std::int64_t unseen = 0;
    for (std::size_t p = 0; p < layers[i].all.size(); p++) {
      bool any = false;
      for (const fuzz::Grid& one : seen) any = any || one.all[p] != 0;
      unseen += layers[i].all[p] != 0 && !any ? 1 : 0;
    }
    EXPECT(found.unseen[at] == unseen);
    for (std::size_t j = i + 1; j < layers.size(); j++) {
      const std::int64_t wanted[4] = {common(layers[i], layers[j]), common(seen[i], layers[j]),
                                      common(seen[j], layers[i]), common(seen[i], seen[j])};
      if (*std::max_element(wanted, wanted + 4) == 0) continue;
      EXPECT(k < found.pairs.size());
      const me::cpu::LayerPair& pair = found.pairs[k++];
      EXPECT(pair.i == at && pair.j == static_cast<std::int64_t>(j));
      EXPECT(pair.shared == wanted[0] && pair.i_over_j == wanted[1]);
      EXPECT(pair.j_over_i == wanted[2] && pair.clash == wanted[3]);
    }
  }
  EXPECT(k == found.pairs.size());
}

struct Layers {
  std::vector<fuzz::Grid> masks, seen;
  std::vector<std::int64_t> order, rank;
  std::vector<std::uint64_t> labels;
};

Layers read_layers(fuzz::Input& input, me::Size size) {
  Layers layers;
  const std::int64_t n = input.below(6);
  layers.order.resize(static_cast<std::size_t>(n));
  layers.rank.resize(static_cast<std::size_t>(n));
  std::iota(layers.order.begin(), layers.order.end(), 0);
  for (std::int64_t i = n - 1; i > 0; i--) {
    std::swap(layers.order[static_cast<std::size_t>(i)],
              layers.order[static_cast<std::size_t>(input.below(i + 1))]);
  }
  for (std::int64_t i = 0; i < n; i++) {
    layers.rank[static_cast<std::size_t>(layers.order[static_cast<std::size_t>(i)])] = i;
    layers.labels.push_back(input.byte());
  }
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t share = input.left() / (n - i);
    fuzz::Input part(input.at(), static_cast<std::size_t>(share));
    for (std::int64_t k = 0; k < share; k++) input.byte();
    layers.masks.push_back(fuzz::read_grid(part, size.height, size.width, 2));
  }
  layers.seen = layers.masks;
  for (std::size_t i = 0; i < layers.masks.size(); i++) {
    for (std::size_t j = 0; j < layers.masks.size(); j++) {
      if (layers.rank[j] <= layers.rank[i]) continue;
      for (std::size_t p = 0; p < layers.masks[i].all.size(); p++) {
        if (layers.masks[j].all[p] != 0) layers.seen[i].all[p] = 0;
      }
    }
  }
  return layers;
}

me::Runs runs_of(const std::vector<fuzz::Grid>& masks, std::uint64_t odd) {
  me::Runs runs;
  for (const fuzz::Grid& mask : masks) fuzz::append_runs(mask, runs, odd);
  return runs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape = fuzz::read_size(input);
  const std::uint8_t flags = input.byte();
  const auto element = static_cast<me::Element>(flags / 8 % 8);
  const me::cuda::Queue queue = fuzz::queue_of(input);
  const Layers layers = read_layers(input, shape);
  const me::Runs masks = runs_of(layers.masks, flags % 5);
  fuzz::Grid wanted(shape.height, shape.width);
  for (const std::int64_t i : layers.order) {
    const auto at = static_cast<std::size_t>(i);
    for (std::size_t p = 0; p < wanted.all.size(); p++) {
      if (layers.masks[at].all[p] != 0) wanted.all[p] = layers.labels[at];
    }
  }
  const fuzz::Array map(shape.height, shape.width, element, flags % 8);
  fuzz::at_every_level([&] {
    me::cpu::compose(masks.view(), layers.labels.data(), layers.order.data(), map.out(),
                     fuzz::one_thread);
    EXPECT(map.grid() == wanted);
    const me::PackedMasks bits = me::pack(masks.view(), fuzz::one_thread);
    const fuzz::Array other(shape.height, shape.width, element, flags % 8);
    EXPECT(!me::cpu::compose(bits.view(), layers.labels.data(), layers.order.data(), other.out(),
                             fuzz::one_thread) ||
           other.grid() == wanted);
    const me::cpu::Occlusion found = me::cpu::occlusion(masks.view(), layers.rank.data());
    EXPECT(fuzz::same(found.visible, runs_of(layers.seen, 0)));
    check_occlusion(found, layers.masks, layers.seen);
    // what is seen may be anything: here the masks in another order
    std::vector<fuzz::Grid> any(layers.masks.rbegin(), layers.masks.rend());
    const me::Runs stored = runs_of(any, 2);
    check_occlusion(me::cpu::occlusion(masks.view(), stored.view()), layers.masks, any);
  });
  const fuzz::Array there(shape.height, shape.width, element, 0);
  me::cuda::compose(queue, device::view_of(masks), layers.labels.data(), layers.order.data(),
                    there.out());
  EXPECT(there.grid() == wanted);
  return 0;
}
