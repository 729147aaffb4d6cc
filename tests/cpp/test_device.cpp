// The logic of the GPU kernels, run on the host in every order, equals the CPU.
#include <random>

#include "device.h"
#include "drawn.h"
#include "ops/area/area.h"
#include "ops/bbox/bbox.h"
#include "ops/boundary/boundary.h"
#include "ops/combine/combine.h"
#include "ops/compose/compose.h"
#include "ops/decode/decode.h"
#include "ops/encode/encode.h"
#include "ops/flood/flood.h"
#include "ops/iou/iou.h"
#include "ops/joint/joint.h"
#include "ops/label/label.h"
#include "ops/rasterize/rasterize.h"
#include "ops/stroke/stroke.h"
#include "stacks.h"

namespace cuda = me::cuda;
using stacks::blocks;
using stacks::random_stack;
using stacks::Stack;

ME_TEST(cuda_encode_and_decode_equal_the_cpu) {
  device::in_all_orders([](const cuda::Queue& queue) {
    for (const std::int64_t height : {0, 1, 63, 64, 65, 130}) {
      const Stack stack = random_stack(2, height, 5, static_cast<unsigned>(height + 1));
      const me::Runs wanted = me::cpu::encode(stack.view(), std::nullopt, me::Exec{1});
      const cuda::DeviceRuns runs = cuda::encode(queue, stack.view(), std::nullopt);
      device::check_equal(runs, wanted);
      std::vector<unsigned char> pixels(stack.pixels.size(), 9);
      me::MutableMaskView out{
          reinterpret_cast<char*>(pixels.data()), me::Element::u8, 2, height, 5, height * 5, 5, 1};
      cuda::decode(queue, device::view_of(wanted), out, 1);
      CHECK(pixels == stack.pixels);
    }
  });
}

ME_TEST(cuda_runs_are_split_at_the_longest) {
  // Two masks of 70 x 2 with changes at 3 and 4, and at 0 and 64 of the second column.
  const cuda::WordGrid grid{2, 70, 2};
  const std::vector<std::uint64_t> changes{0b11000, 0, 0, 0, 1, 0, 0, 1};
  const std::vector<std::uint32_t> bits{2, 0, 0, 0, 1, 0, 0, 1};
  device::in_all_orders([&](const cuda::Queue& queue) {
    const cuda::DeviceRuns runs =
        cuda::runs_of_changes(queue, grid, changes.data(), bits.data(), 50);
    me::Runs wanted;
    drawn::add(wanted, {3, 1, 50, 0, 50, 0, 36}, {70, 2});
    drawn::add(wanted, {0, 50, 0, 50, 0, 34, 6}, {70, 2});
    device::check_equal(runs, wanted);
  });
}

ME_TEST(cuda_area_and_bbox_equal_the_cpu) {
  const me::Runs runs = drawn::noise(300, 1);
  std::vector<std::int64_t> areas(300), boxes(1200);
  me::cpu::area(runs.view(), areas.data(), me::Exec{1});
  me::cpu::bbox(runs.view(), true, boxes.data(), me::Exec{1});
  device::in_all_orders([&](const cuda::Queue& queue) {
    std::vector<std::int64_t> ours(300, -1), ours_boxes(1200, -1);
    cuda::area(queue, device::view_of(runs), ours.data());
    cuda::bbox(queue, device::view_of(runs), runs.sizes.data(), true, ours_boxes.data());
    CHECK(ours == areas);
    CHECK(ours_boxes == boxes);
  });
}

ME_TEST(cuda_area_passes_32_bits) {
  me::Runs runs;
  drawn::add(runs, {0, UINT32_MAX, 0, 2, 3}, {std::int64_t{UINT32_MAX} + 5, 1});
  device::in_all_orders([&](const cuda::Queue& queue) {
    std::int64_t area = -1;
    cuda::area(queue, device::view_of(runs), &area);
    CHECK_EQUAL(area, std::int64_t{UINT32_MAX} + 2);
  });
}

ME_TEST(cuda_iou_equals_the_cpu) {
  const me::Runs a = me::cpu::encode(random_stack(3, 70, 9, 2).view(), std::nullopt, me::Exec{1});
  const me::Runs b = me::cpu::encode(random_stack(4, 70, 9, 3).view(), std::nullopt, me::Exec{1});
  const std::vector<std::uint8_t> crowd{0, 1, 0, 1};
  std::vector<double> wanted(12), pairs(3);
  me::cpu::iou_matrix(a.view(), b.view(), crowd.data(), wanted.data(), me::Exec{1});
  me::cpu::iou_pairs(a.view(), a.view(), nullptr, pairs.data(), me::Exec{1});
  device::in_all_orders([&](const cuda::Queue& queue) {
    std::vector<double> ours(12, -1), diagonal(3, -1);
    cuda::iou(queue, device::view_of(a), device::view_of(b), crowd.data(), false, ours.data());
    cuda::iou(queue, device::view_of(a), device::view_of(a), nullptr, true, diagonal.data());
    CHECK(ours == wanted);
    CHECK(diagonal == pairs);
  });
}

ME_TEST(cuda_set_algebra_equals_the_cpu) {
  const me::Size size{130, 7};
  const me::Runs a = me::cpu::encode(random_stack(4, 130, 7, 5).view(), std::nullopt, me::Exec{1});
  const me::Runs b = me::cpu::encode(random_stack(1, 130, 7, 6).view(), std::nullopt, me::Exec{1});
  const std::vector<std::int64_t> groups{1, 0, 1, 1}, members{1, 0, 2, 3}, begins{0, 1, 4, 4};
  const std::vector<std::int64_t> sizes{130, 7, 130, 7, 130, 7};
  const cuda::DeviceGroups groups_there{members.data(), begins.data(), sizes.data(), 3};
  device::in_all_orders([&](const cuda::Queue& queue) {
    for (const auto op : {me::cpu::SetOp::unite, me::cpu::SetOp::intersect,
                          me::cpu::SetOp::subtract, me::cpu::SetOp::exclude}) {
      device::check_equal(cuda::combine_pairs(queue, op, device::view_of(a), device::view_of(b),
                                              a.sizes.data(), b.sizes.data()),
                          me::cpu::combine_pairs(op, a.view(), b.view(), me::Exec{1}));
      device::check_equal(
          cuda::combine_groups(queue, op, device::view_of(a), a.sizes.data(), groups_there),
          me::cpu::combine_groups(op, a.view(), groups.data(), 3, size, me::Exec{1}));
    }
    device::check_equal(cuda::complement(queue, device::view_of(a), a.sizes.data()),
                        me::cpu::complement(a.view(), me::Exec{1}));
  });
}

ME_TEST(cuda_label_equals_the_cpu) {
  for (const bool valued : {false, true}) {
    for (const bool corners : {false, true}) {
      Stack stack = blocks(3, 40, 200, 11);
      if (valued) {
        for (std::size_t k = 0; k < stack.pixels.size(); k++) stack.pixels[k] *= 1 + k / 50 % 3;
      }
      const me::MaskView view = stack.view();
      me::ComponentOptions options;
      options.joining.corners = corners;
      options.valued = valued;
      me::cpu::Labelling wanted(view, options, me::Exec{1});
      std::vector<std::uint32_t> image(stack.pixels.size());
      const me::MutableMaskView like{nullptr, me::Element::u32, 3, 40, 200, 40 * 800, 800, 4};
      me::MutableMaskView out = like;
      out.data = reinterpret_cast<char*>(image.data());
      wanted.paint(out, me::Exec{1});
      device::in_all_orders([&](const cuda::Queue& queue) {
        std::vector<std::uint32_t> ours(stack.pixels.size(), 99);
        me::MutableMaskView target = like;
        target.data = reinterpret_cast<char*>(ours.data());
        const cuda::Components found = cuda::components_of(queue, view, valued, corners);
        cuda::paint(queue, found, target);
        CHECK(ours == image);
        CHECK_EQUAL(cuda::most(queue, found), wanted.most());
      });
    }
  }
}

ME_TEST(cuda_flood_equals_the_cpu) {
  const Stack stack = blocks(1, 50, 150, 4);
  me::cpu::FloodRequest request;
  request.image.data = reinterpret_cast<const char*>(stack.pixels.data());
  request.image.size = {50, 150};
  request.image.row_stride = 150;
  request.image.column_stride = 1;
  const std::vector<std::int64_t> seeds{3, 4, 149, 49, 70, 0};
  request.seeds = seeds.data();
  request.n_seeds = 3;
  request.limits.box = {2, 0, 150, 50};
  const me::cpu::Flooded wanted = me::cpu::flood(request, nullptr, 0);
  cuda::FloodQuestion ask;
  ask.image = request.image;
  ask.seeds = request.seeds;
  ask.n_seeds = 3;
  ask.box = request.limits.box;
  device::in_all_orders([&](const cuda::Queue& queue) {
    const cuda::DeviceFlooded found =
        cuda::flood(queue, ask, me::cpu::FloodMode::fixed, false, INT64_MAX, nullptr, 0);
    CHECK_EQUAL(found.sums.area, wanted.area);
    device::check_equal(found.masks, wanted.masks);
  });
}

ME_TEST(cuda_boundary_equals_the_cpu) {
  const Stack stack = blocks(2, 30, 140, 8);
  for (const auto side : {me::BandSide::inner, me::BandSide::both}) {
    const me::BandRule rule{{me::Shape::disk, 2.5, 70}, side, true};
    std::vector<unsigned char> wanted(stack.pixels.size());
    me::MutableMaskView out{
        reinterpret_cast<char*>(wanted.data()), me::Element::u8, 2, 30, 140, 30 * 140, 140, 1};
    me::cpu::boundary(stack.view(), out, rule, me::Exec{1});
    device::in_all_orders([&](const cuda::Queue& queue) {
      std::vector<unsigned char> ours(stack.pixels.size(), 9);
      me::MutableMaskView target = out;
      target.data = reinterpret_cast<char*>(ours.data());
      cuda::boundary(queue, stack.view(), false, target, rule);
      CHECK(ours == wanted);
    });
  }
}

ME_TEST(cuda_joint_equals_the_cpu) {
  const Stack a = blocks(1, 30, 140, 12);
  Stack b = blocks(1, 30, 140, 13);
  for (std::size_t k = 0; k < b.pixels.size(); k++) b.pixels[k] += k / 100 % 5;
  std::vector<std::uint32_t> wide(b.pixels.begin(), b.pixels.end());
  const me::MaskView wider{
      reinterpret_cast<const char*>(wide.data()), me::Element::u32, 1, 30, 140, 0, 140 * 4, 4};
  for (const me::MaskView& second : {b.view(), wider}) {
    const me::MaskView maps[2] = {a.view(), second};
    const me::cpu::JointCounts wanted = me::cpu::joint(maps, 2, me::Exec{1});
    device::in_all_orders([&](const cuda::Queue& queue) {
      const cuda::DeviceJoint found = cuda::joint(queue, maps, 2, nullptr);
      CHECK_EQUAL(found.pixels.n, wanted.pixels.size());
      for (std::int64_t k = 0; k < found.pixels.n; k++) {
        CHECK_EQUAL(found.pixels.data()[k], wanted.pixels[k]);
        CHECK_EQUAL(found.labels.data()[2 * k + 1], wanted.labels[2 * k + 1]);
      }
    });
  }
}

ME_TEST(cuda_rasterize_equals_the_cpu) {
  std::mt19937 random(7);
  me::Polygons polygons;
  for (int item = 0; item < 6; item++) {
    for (int p = 0; p < item % 3 + 1; p++) {
      for (int ring = 0; ring < 2; ring++) {
        for (int k = 0; k < 12; k++) polygons.coords.push_back(double(random() % 700) / 8 - 10);
        polygons.end_ring();
      }
      polygons.end_polygon();
    }
    polygons.end_item();
  }
  const me::PolygonsView view = polygons.view();
  const me::Size size{70, 66};
  const std::int64_t sizes[2] = {size.height, size.width};
  const cuda::DevicePolygonsView there{view.coords,
                                       view.ring_offsets,
                                       view.polygon_offsets,
                                       view.item_offsets,
                                       polygons.coords.size() / 2,
                                       polygons.ring_offsets.size() - 1,
                                       polygons.polygon_offsets.size() - 1,
                                       view.n,
                                       false};
  std::vector<std::int64_t> all_sizes;
  for (int item = 0; item < 6; item++) all_sizes.insert(all_sizes.end(), sizes, sizes + 2);
  for (const auto rule : {me::PixelRule::exact, me::PixelRule::coco}) {
    const me::Runs wanted =
        me::cpu::rasterize(view, sizes, true, rule, me::FillRule::even_odd, me::Exec{1});
    device::in_all_orders([&](const cuda::Queue& queue) {
      const cuda::DeviceRuns runs =
          cuda::rasterize(queue, there, all_sizes.data(), rule, me::FillRule::even_odd);
      device::check_equal(runs, wanted);
      const std::vector<std::uint32_t> ranks{3, 1, 2, 6, 5, 4};
      const std::vector<std::int64_t> labels{9, 8, 7, 6, 5, 4};
      std::vector<std::uint8_t> map(70 * 66, 0);
      std::vector<std::uint8_t> composed(70 * 66, 0);
      const std::vector<std::uint64_t> by_item{7, 9, 8, 4, 5, 6};
      const std::vector<std::int64_t> order{1, 2, 0, 5, 4, 3};
      me::MutableMaskView out{
          reinterpret_cast<char*>(map.data()), me::Element::u8, 1, 70, 66, 0, 66, 1};
      cuda::paint_labels(queue, device::view_of(wanted), ranks.data(), labels.data(), out);
      out.data = reinterpret_cast<char*>(composed.data());
      cuda::compose(queue, device::view_of(wanted), by_item.data(), order.data(), out);
      CHECK(map == composed);
    });
  }
}

ME_TEST(cuda_stroke_equals_the_cpu) {
  const std::vector<me::BrushPoint> points{{65536 * 5, 65536 * 7, 65536 * 3},
                                           {65536 * 90, 65536 * 60 + 99, 65536 * 9},
                                           {65536 * 20 + 1, 65536 * 130, 65536 * 2}};
  for (const auto shape : {me::BrushShape::disc, me::BrushShape::square}) {
    me::Brush brush;
    brush.shape = shape;
    const me::Runs wanted = me::cpu::stroke(points.data(), 3, {140, 100}, brush);
    device::in_all_orders([&](const cuda::Queue& queue) {
      device::check_equal(cuda::stroke(queue, points.data(), 3, {140, 100}, brush), wanted);
    });
  }
}
