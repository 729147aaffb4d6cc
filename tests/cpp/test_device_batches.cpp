// What GPU kernels take beside masks of one size and two maps: masks of several sizes, many maps,
// the floating flood, the winding number. Run on the host in every order, it equals the CPU.
#include <algorithm>

#include "device.h"
#include "ops/boundary/boundary.h"
#include "ops/combine/combine.h"
#include "ops/encode/encode.h"
#include "ops/flood/flood.h"
#include "ops/joint/joint.h"
#include "ops/label/label.h"
#include "ops/rasterize/rasterize.h"
#include "ops/stroke/stroke.h"
#include "stacks.h"

namespace cuda = me::cuda;

namespace {

// Masks of five sizes, one of them without pixels.
me::Runs several_sizes(unsigned seed) {
  const std::int64_t sizes[5][2] = {{130, 7}, {1, 90}, {0, 4}, {64, 64}, {20, 70}};
  me::Runs runs;
  for (const auto& size : sizes) {
    append(runs, me::cpu::encode(stacks::blocks(1, size[0], size[1], seed++).view(), std::nullopt,
                                 me::Exec{1}));
  }
  return runs;
}

}  // namespace

ME_TEST(cuda_set_algebra_of_several_sizes_equals_the_cpu) {
  const me::Runs a = several_sizes(1);
  const me::Runs b = several_sizes(40);
  device::in_all_orders([&](const cuda::Queue& queue) {
    for (const auto op : {me::cpu::SetOp::unite, me::cpu::SetOp::subtract}) {
      device::check_equal(cuda::combine_pairs(queue, op, device::view_of(a), device::view_of(b),
                                              a.sizes.data(), b.sizes.data()),
                          me::cpu::combine_pairs(op, a.view(), b.view(), me::Exec{1}));
    }
    device::check_equal(cuda::complement(queue, device::view_of(a), a.sizes.data()),
                        me::cpu::complement(a.view(), me::Exec{1}));
  });
}

ME_TEST(cuda_boundary_of_several_sizes_equals_the_cpu) {
  const me::Runs a = several_sizes(3);
  const me::BandRule rule{{me::Shape::disk, 3.5, 70}, me::BandSide::both, true};
  const me::Runs wanted = me::cpu::boundary(a.view(), rule, me::Exec{1});
  device::in_all_orders([&](const cuda::Queue& queue) {
    device::check_equal(cuda::boundary(queue, device::view_of(a), a.sizes.data(), rule), wanted);
  });
}

ME_TEST(cuda_label_of_masks_equals_the_cpu) {
  const me::Runs a = several_sizes(5);
  const me::cpu::MaskComponents wanted =
      me::cpu::label_masks(a.view(), true, false, true, me::Exec{1});
  device::in_all_orders([&](const cuda::Queue& queue) {
    const cuda::Components found =
        cuda::components_of(queue, device::view_of(a), a.sizes.data(), true);
    for (std::int64_t m = 0; m < a.n(); m++) {
      CHECK_EQUAL(found.counts.data()[m], wanted.counts[m]);
    }
    device::check_equal(cuda::component_masks(queue, found, a.sizes.data(),
                                              wanted.masks.sizes.data(), wanted.masks.n()),
                        wanted.masks);
  });
}

ME_TEST(cuda_flood_takes_seeds_a_few_at_a_time) {
  const stacks::Stack stack = stacks::blocks(1, 50, 150, 4);
  me::cpu::FloodRequest request;
  request.image.data = reinterpret_cast<const char*>(stack.pixels.data());
  request.image.size = {50, 150};
  request.image.row_stride = 150;
  request.image.column_stride = 1;
  const std::vector<std::int64_t> seeds{3, 4, 149, 49, 70, 0, 71, 30, 20, 20};
  request.seeds = seeds.data();
  request.n_seeds = 5;
  request.limits.box = {0, 0, 150, 50};
  const me::cpu::Flooded wanted = me::cpu::flood(request, nullptr, 0);
  cuda::FloodQuestion ask;
  ask.image = request.image;
  ask.seeds = request.seeds;
  ask.n_seeds = 5;
  ask.box = request.limits.box;
  device::in_all_orders([&](const cuda::Queue& queue) {
    for (const std::int64_t most : {1, 2 * 50 * 150, 1 << 20}) {
      ask.most_pixels = most;
      const cuda::DeviceFlooded found =
          cuda::flood(queue, ask, me::cpu::FloodMode::fixed, false, INT64_MAX, nullptr, 0);
      CHECK_EQUAL(found.sums.area, me::cpu::flood(request, nullptr, 0).area);
      if (most == 1) device::check_equal(found.masks, wanted.masks);
    }
  });
}

ME_TEST(cuda_floating_flood_equals_the_cpu) {
  // A slope that is climbed from left to right only, on rows that are walked to and fro.
  std::vector<unsigned char> pixels(20 * 150);
  for (std::size_t k = 0; k < pixels.size(); k++) {
    const std::size_t y = k / 150;
    pixels[k] = static_cast<unsigned char>(y % 2 == 1 ? (y % 4 == 1) == (k % 150 == 149) ? y : 255
                                                      : y + (k % 3 == 0));
  }
  me::cpu::FloodRequest request;
  request.image.data = reinterpret_cast<const char*>(pixels.data());
  request.image.size = {20, 150};
  request.image.row_stride = 150;
  request.image.column_stride = 1;
  const std::vector<std::int64_t> seeds{0, 0};
  request.seeds = seeds.data();
  request.n_seeds = 1;
  request.limits.box = {0, 0, 150, 20};
  request.mode = me::cpu::FloodMode::floating;
  cuda::FloodQuestion ask;
  ask.image = request.image;
  ask.seeds = request.seeds;
  ask.n_seeds = 1;
  ask.box = request.limits.box;
  for (const std::uint64_t below : {0, 1, 2}) {
    request.tolerance.whole_below[0] = ask.tolerance.whole_below[0] = below;
    request.tolerance.whole_above[0] = ask.tolerance.whole_above[0] = 1;
    ask.one_way = below != 1;
    const me::cpu::Flooded wanted = me::cpu::flood(request, nullptr, 0);
    device::in_all_orders([&](const cuda::Queue& queue) {
      const cuda::DeviceFlooded found =
          cuda::flood(queue, ask, request.mode, false, INT64_MAX, nullptr, 0);
      CHECK_EQUAL(found.sums.area, wanted.area);
      device::check_equal(found.masks, wanted.masks);
    });
  }
}

ME_TEST(cuda_joint_of_wide_labels_equals_the_cpu) {
  std::vector<stacks::Stack> drawn;
  std::vector<std::vector<std::int64_t>> labels;
  std::vector<me::MaskView> maps;
  for (unsigned m = 0; m < 4; m++) {
    drawn.push_back(stacks::blocks(2, 30, 140, 12 + m));
    std::vector<std::int64_t> wide;
    for (std::size_t k = 0; k < drawn[m].pixels.size(); k++) {
      wide.push_back((std::int64_t{drawn[m].pixels[k]} << 40) - std::int64_t(k / 97 % 3));
    }
    labels.push_back(wide);
  }
  for (const auto& wide : labels) {
    maps.push_back({reinterpret_cast<const char*>(wide.data()), me::Element::i64, 2, 30, 140,
                    30 * 140 * 8, 140 * 8, 8});
  }
  const me::cpu::JointCounts wanted = me::cpu::joint(maps.data(), 4, me::Exec{1});
  device::in_all_orders([&](const cuda::Queue& queue) {
    const cuda::DeviceJoint found = cuda::joint(queue, maps.data(), 4, nullptr);
    CHECK_EQUAL(found.pixels.n, wanted.pixels.size());
    for (std::int64_t k = 0; k < found.pixels.n; k++) {
      CHECK_EQUAL(found.pixels.data()[k], wanted.pixels[k]);
    }
    for (std::int64_t k = 0; k < found.labels.n; k++) {
      CHECK_EQUAL(found.labels.data()[k], wanted.labels[k]);
    }
  });
}

ME_TEST(cuda_winding_numbers_and_sizes_equal_the_cpu) {
  std::mt19937 random(7);
  me::Polygons polygons;
  for (int item = 0; item < 6; item++) {
    for (int p = 0; p < item % 3 + 1; p++) {
      for (int ring = 0; ring < 2; ring++) {
        for (int k = 0; k < 24; k++) polygons.coords.push_back(double(random() % 700) / 8 - 10);
        polygons.end_ring();
      }
      polygons.end_polygon();
    }
    polygons.end_item();
  }
  const me::PolygonsView view = polygons.view();
  const std::vector<std::int64_t> sizes{70, 66, 1, 5, 0, 9, 64, 64, 30, 80, 80, 2};
  const cuda::DevicePolygonsView there{view.coords,
                                       view.ring_offsets,
                                       view.polygon_offsets,
                                       view.item_offsets,
                                       polygons.coords.size() / 2,
                                       polygons.ring_offsets.size() - 1,
                                       polygons.polygon_offsets.size() - 1,
                                       view.n,
                                       false};
  for (const auto fill : {me::FillRule::even_odd, me::FillRule::nonzero}) {
    const me::Runs wanted =
        me::cpu::rasterize(view, sizes.data(), false, me::PixelRule::exact, fill, me::Exec{1});
    device::in_all_orders([&](const cuda::Queue& queue) {
      device::check_equal(cuda::rasterize(queue, there, sizes.data(), me::PixelRule::exact, fill),
                          wanted);
    });
  }
}

ME_TEST(cuda_strokes_of_other_brushes_equal_the_cpu) {
  const std::vector<me::BrushPoint> points{{65536 * 5, 65536 * 7, 0},
                                           {65536 * 90, 65536 * 60 + 99, 0},
                                           {65536 * 20 + 1, 65536 * 130, 0}};
  const me::SweptBox::Edges boxes[2] = {{-65536 * 2, -65536, 65536, 0}, {0, 0, 65536 * 3, 65536}};
  me::Brush ellipse;
  ellipse.shape = me::BrushShape::ellipse;
  ellipse.first = 9;
  ellipse.second = 3;
  ellipse.cos = 0.6;
  ellipse.sin = 0.8;
  me::Brush bitmap;
  bitmap.shape = me::BrushShape::bitmap;
  bitmap.boxes = boxes;
  bitmap.n_boxes = 2;
  for (const me::Brush& brush : {ellipse, bitmap}) {
    const me::Runs wanted = me::cpu::stroke(points.data(), 3, {140, 100}, brush);
    device::in_all_orders([&](const cuda::Queue& queue) {
      device::check_equal(cuda::stroke(queue, points.data(), 3, {140, 100}, brush), wanted);
    });
  }
}

// One row of 730 pixels in an image of 11 x 1000: what a radius reaches whose square no number
// holds is the rest of its row and the two below.
ME_TEST(cuda_radius_whose_square_is_infinite_reaches_the_whole_row) {
  std::vector<std::uint8_t> pixels(11000, 0), wanted(11000, 0), out(11000);
  std::fill_n(pixels.begin(), 730, std::uint8_t{1});
  for (std::size_t k = 730; k < 3000; k++) wanted[k] = 1;
  const me::BandRule rule{{me::Shape::disk, 2.5, 1e300}, me::BandSide::outer, false};
  const me::MaskView image{
      reinterpret_cast<const char*>(pixels.data()), me::Element::u8, 1, 11, 1000, 0, 1000, 1};
  const me::MutableMaskView written{
      reinterpret_cast<char*>(out.data()), me::Element::u8, 1, 11, 1000, 0, 1000, 1};
  device::in_all_orders([&](const cuda::Queue& queue) {
    for (const bool valued : {false, true}) {
      std::fill(out.begin(), out.end(), std::uint8_t{7});
      cuda::boundary(queue, image, valued, written, rule);
      CHECK(out == wanted);
    }
  });
}
