// Any label maps of one size, each of its own integer type and layout: how many pixels have each
// combination of labels is what a map from combinations to numbers says, of arrays and of runs, at
// every CPU level and by the GPU kernels.
#include <map>

#include "engines.h"
#include "ops/encode_labels/encode_labels.h"
#include "ops/joint/joint.h"

namespace {

// The label as its type says: int64 holds all of them here.
std::int64_t signed_label(std::uint64_t bits, me::Element element) {
  const int unused = 64 - static_cast<int>(8 * me::element_bytes(element));
  if (element < me::Element::i8) return static_cast<std::int64_t>(bits);
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

using Counts = std::map<std::vector<std::int64_t>, std::int64_t>;

bool same(const me::cpu::JointCounts& found, const Counts& wanted, std::size_t k) {
  if (found.pixels.size() != static_cast<std::int64_t>(wanted.size())) return false;
  std::int64_t row = 0;
  for (const auto& entry : wanted) {
    for (std::size_t m = 0; m < k; m++) {
      const auto at = row * static_cast<std::int64_t>(k) + static_cast<std::int64_t>(m);
      if (found.labels[at] != entry.first[m]) return false;
    }
    if (found.pixels[row++] != entry.second) return false;
  }
  return true;
}

void check_device(const std::vector<me::MaskView>& views, const Counts& wanted,
                  const me::cuda::Queue& queue) {
  const std::size_t k = views.size();
  if (queue.seed % 8 > 1) return;  // its tables are large, and nothing else is
  for (const me::MaskView& view : views) {
    if (k > 2 || me::element_bytes(view.element) > 4) return;
  }
  const me::cuda::DeviceJoint found =
      me::cuda::joint(queue, views.data(), static_cast<std::int64_t>(k), nullptr);
  EXPECT(found.pixels.n == static_cast<std::int64_t>(wanted.size()));
  std::size_t row = 0;
  for (const auto& entry : wanted) {
    for (std::size_t m = 0; m < k; m++) {
      EXPECT(found.labels.data()[row * k + m] == entry.first[m]);
    }
    EXPECT(found.pixels.data()[row++] == entry.second);
  }
}

void check_runs(const std::vector<me::MaskView>& views, const Counts& wanted) {
  std::vector<me::cpu::LabelRuns> runs;
  std::vector<std::vector<char>> labels;
  for (const me::MaskView& view : views) {
    runs.push_back(me::cpu::encode_labels(view));
    const std::int64_t bytes = me::element_bytes(view.element);
    std::vector<char> packed(static_cast<std::size_t>(bytes * runs.back().labels.size()));
    for (std::int64_t r = 0; r < runs.back().labels.size(); r++) {
      std::memcpy(packed.data() + bytes * r, &runs.back().labels[r],
                  static_cast<std::size_t>(bytes));
    }
    labels.push_back(packed);
  }
  std::vector<me::cpu::LabelRunsView> maps;
  for (std::size_t m = 0; m < views.size(); m++) {
    maps.push_back({runs[m].runs.view(), labels[m].data(), views[m].element});
  }
  EXPECT(same(
      me::cpu::joint_runs(maps.data(), static_cast<std::int64_t>(maps.size()), fuzz::one_thread),
      wanted, views.size()));
}

}  // namespace

// Bytes: sides, number of maps, order; of each map its type, layout and values; then all pixels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [height, width] = fuzz::read_size(input);
  const std::size_t k = 1 + input.byte() % 4;
  const me::cuda::Queue queue = fuzz::queue_of(input);
  std::vector<std::uint8_t> types, flags;
  for (std::size_t m = 0; m < k; m++) {
    types.push_back(input.byte() % 8);
    flags.push_back(input.byte());
  }
  std::vector<std::unique_ptr<fuzz::Array>> arrays;
  std::vector<me::MaskView> views;
  std::vector<fuzz::Grid> maps;
  for (std::size_t m = 0; m < k; m++) {
    const auto element = static_cast<me::Element>(types[m]);
    const std::int64_t share = input.left() / static_cast<std::int64_t>(k - m);
    fuzz::Input part(input.at(), static_cast<std::size_t>(share));
    for (std::int64_t i = 0; i < share; i++) input.byte();
    maps.push_back(fuzz::read_grid(part, height, width, 2 + flags[m] / 8 % 6));
    fuzz::spread_values(maps.back(), element, flags[m] / 64);
    if (element == me::Element::u64) {  // labels above the range of int64 are refused
      for (std::uint64_t& label : maps.back().all) label &= INT64_MAX;
    }
    arrays.push_back(std::make_unique<fuzz::Array>(maps.back(), element, flags[m] % 8));
    views.push_back(arrays.back()->view());
  }
  Counts wanted;
  for (std::size_t p = 0; p < maps[0].all.size(); p++) {
    std::vector<std::int64_t> labels;
    for (std::size_t m = 0; m < k; m++) {
      labels.push_back(signed_label(maps[m].all[p], views[m].element));
    }
    wanted[labels]++;
  }
  fuzz::at_every_level([&] {
    EXPECT(same(me::cpu::joint(views.data(), static_cast<std::int64_t>(k), fuzz::one_thread),
                wanted, k));
    check_runs(views, wanted);
  });
  check_device(views, wanted, queue);
  return 0;
}
