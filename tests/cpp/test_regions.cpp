// Volumes, trees of holes, labels that grow and rectangles, on random arrays, for the sanitizers.
#include <algorithm>
#include <random>
#include <vector>

#include "check.h"
#include "ops/dilate/dilate.h"
#include "ops/encode/encode.h"
#include "ops/hole_tree/hole_tree.h"
#include "ops/label/label.h"
#include "ops/label/volume.h"
#include "ops/largest_rectangle/largest_rectangle.h"

namespace me {
namespace {

template <class T>
struct Volume {
  std::int64_t depth, height, width;
  std::vector<T> voxels;

  MaskView view(std::int64_t z, std::int64_t planes) const {
    const auto* data = reinterpret_cast<const char*>(voxels.data() + z * height * width);
    const std::int64_t row = width * std::int64_t{sizeof(T)};
    return {data,   sizeof(T) == 1 ? Element::u8 : Element::u32,
            planes, height,
            width,  height * row,
            row,    std::int64_t{sizeof(T)}};
  }
};

template <class T>
Volume<T> noise(std::mt19937& random, std::int64_t depth) {
  Volume<T> volume{depth, 1 + std::int64_t(random() % 12), 1 + std::int64_t(random() % 140), {}};
  const unsigned share = random() % 8;
  const unsigned values = 1 + random() % 3;
  for (std::int64_t i = 0; i < depth * volume.height * volume.width; i++) {
    volume.voxels.push_back(random() % 8 < share ? T(1 + random() % values) : T{0});
  }
  return volume;
}

template <class T>
std::vector<std::uint32_t> painted(const Volume<T>& volume, cpu::VolumeLabelling::Options options,
                                   std::int64_t step, int threads) {
  cpu::VolumeLabelling found(options);
  for (std::int64_t z = 0; z < volume.depth; z += step) {
    found.add(volume.view(z, std::min(step, volume.depth - z)), {threads});
  }
  found.finish();
  Volume<std::uint32_t> out{volume.depth, volume.height, volume.width, {}};
  out.voxels.resize(volume.voxels.size());
  for (std::int64_t z = 0; z < volume.depth; z += step) {
    const std::int64_t planes = std::min(step, volume.depth - z);
    MaskView to = out.view(z, planes);
    found.paint(z / step, volume.view(z, planes),
                {const_cast<char*>(to.data), to.element, to.n, to.height, to.width, to.item_stride,
                 to.row_stride, to.column_stride},
                {threads});
  }
  const auto most =
      out.voxels.empty() ? 0u : *std::max_element(out.voxels.begin(), out.voxels.end());
  CHECK_EQUAL(std::int64_t{most}, found.n());
  if (options.measured) {
    CHECK_EQUAL(found.stats().voxels.size(), found.n());
  }
  return out.voxels;
}

template <class T>
void whole_and_in_slabs(std::mt19937& random) {
  for (int k = 0; k < 60; k++) {
    const Volume<T> volume = noise<T>(random, 1 + std::int64_t(random() % 9));
    for (const auto connectivity :
         {VoxelConnectivity::faces, VoxelConnectivity::edges, VoxelConnectivity::corners}) {
      const bool valued = k % 2 == 0;
      const auto whole = painted(volume, {connectivity, valued, true, true}, volume.depth, 1);
      CHECK(painted(volume, {connectivity, valued, false, false}, 2, 1) == whole);
      CHECK(painted(volume, {connectivity, valued, true, false}, volume.depth, 3) == whole);
    }
  }
}

}  // namespace

ME_TEST(volumes_whole_and_in_slabs) {
  std::mt19937 random(1);
  whole_and_in_slabs<std::uint8_t>(random);
  whole_and_in_slabs<std::uint32_t>(random);
}

ME_TEST(trees_have_the_holes_that_label_counts) {
  std::mt19937 random(2);
  for (int k = 0; k < 200; k++) {
    const Volume<std::uint8_t> stack = noise<std::uint8_t>(random, 1 + std::int64_t(random() % 3));
    const MaskView view = stack.view(0, stack.depth);
    const bool corners = k % 2 == 0;
    cpu::Labelling found(view, {{corners, true}, false, false}, {});
    ComponentStats stats = found.stats({2});
    std::int64_t holes = 0;
    for (const std::int64_t n : stats.holes) holes += n;
    const cpu::HoleTree tree = cpu::hole_tree(view, false, corners, {2});
    CHECK_EQUAL(tree.parent.size(), stats.n());
    CHECK_EQUAL(tree.hole_parent.size(), holes);
    const Runs runs = cpu::encode(view, std::nullopt, {});
    const cpu::HoleTree of_runs = cpu::hole_tree(runs.view(), corners, {});
    CHECK(std::equal(tree.parent.begin(), tree.parent.end(), of_runs.parent.begin()));
    CHECK(std::equal(tree.hole_area.begin(), tree.hole_area.end(), of_runs.hole_area.begin()));
    const cpu::HoleTree of_map = cpu::hole_tree(view, true, corners, {});
    CHECK_EQUAL(of_map.component_counts.size(), stack.depth);
  }
}

ME_TEST(labels_grow_to_their_neighbours) {
  std::mt19937 random(3);
  for (int k = 0; k < 100; k++) {
    const Volume<std::uint8_t> map = noise<std::uint8_t>(random, 1);
    Volume<std::uint8_t> out = map;
    const LabelRows rows{reinterpret_cast<const char*>(map.voxels.data()), 1, map.height, map.width,
                         map.width};
    const MaskView to = out.view(0, 1);
    const auto shape = static_cast<Shape>(k % 3);
    cpu::dilate(
        rows, {const_cast<char*>(to.data), to.element, 1, to.height, to.width, 0, to.row_stride, 1},
        {shape, double(random() % 20), double(random() % 20)}, {2});
    for (std::size_t i = 0; i < map.voxels.size(); i++) {
      CHECK(map.voxels[i] == 0 || map.voxels[i] == out.voxels[i]);
    }
  }
}

ME_TEST(rectangles_lie_in_the_image) {
  std::mt19937 random(4);
  for (int k = 0; k < 200; k++) {
    const Volume<std::uint8_t> mask = noise<std::uint8_t>(random, 1);
    const Runs runs = cpu::encode(mask.view(0, 1), std::nullopt, {});
    const double centre[2] = {double(random() % 200) / 4, double(random() % 60) / 4};
    double box[4];
    const double aspect = k % 2 == 0 ? 0 : 1.5;
    cpu::largest_rectangle(runs.view(), centre, aspect, box, {});
    CHECK(box[0] >= 0 && box[1] >= 0);
    CHECK(box[0] + box[2] <= double(mask.width) && box[1] + box[3] <= double(mask.height));
    cpu::largest_rectangle(runs.view(), 1.5, box, {});
    CHECK(box[0] >= 0 && box[1] >= 0);
    CHECK(box[0] + box[2] <= double(mask.width) && box[1] + box[3] <= double(mask.height));
  }
}

}  // namespace me
