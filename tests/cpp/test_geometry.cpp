// Small parts of geometry: overlaps of boxes, pixels of triangles, columns of polygons that
// somebody hands in.
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "check.h"
#include "geometry/box_overlap.h"
#include "geometry/polygons.h"
#include "geometry/triangle_pixels.h"
#include "slow_fill.h"

namespace {

// The COCO API's bbIou as its paper states it: intersection over union, or over a for a crowd.
double slow_iou(const double* a, const double* b, bool crowd, me::BoxFormat format) {
  const bool corners = format == me::BoxFormat::xyxy;
  const double ax = corners ? a[2] - a[0] : a[2], ay = corners ? a[3] - a[1] : a[3];
  const double bx = corners ? b[2] - b[0] : b[2], by = corners ? b[3] - b[1] : b[3];
  const auto end = [&](const double* box, int k) {
    return corners ? box[k + 2] : box[k] + box[k + 2];
  };
  const double width = std::fmin(end(a, 0), end(b, 0)) - std::fmax(a[0], b[0]);
  const double height = std::fmin(end(a, 1), end(b, 1)) - std::fmax(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const double both = width * height;
  return both / (crowd ? ax * ay : ax * ay + bx * by - both);
}

// Why columns are no batch; "" where they are one.
std::string refusal(const std::vector<double>& coords, const std::vector<std::int64_t>& rings,
                    const std::vector<std::int64_t>& polygons,
                    const std::vector<std::int64_t>& items) {
  const auto n = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
  try {
    me::validate({coords.data(), n(coords) / 2, rings.data(), n(rings), polygons.data(),
                  n(polygons), items.data(), n(items)},
                 3);
    return "";
  } catch (const me::Error& error) {
    return error.parameter + ": " + error.what();
  }
}

}  // namespace

ME_TEST(overlaps_of_boxes) {
  std::mt19937 random(61);
  const double special[] = {1e200, HUGE_VAL, std::nan(""), -1e160};
  for (int round = 0; round < 300; round++) {
    const me::BoxFormat format = round % 2 == 0 ? me::BoxFormat::xywh : me::BoxFormat::xyxy;
    std::vector<double> a, b;
    for (std::vector<double>* boxes : {&a, &b}) {
      for (int k = 0; k < 5; k++) {
        const double x = double(random() % 40) / 4, y = double(random() % 40) / 4;
        const double w = double(random() % 30) / 4, h = double(random() % 30) / 4;
        const bool corners = format == me::BoxFormat::xyxy;
        boxes->insert(boxes->end(), {x, y, corners ? x + w : w, corners ? y + h : h});
      }
    }
    if (round % 3 == 0) (round % 2 == 0 ? a : b)[random() % 20] = special[random() % 4];
    const std::uint8_t crowd[] = {0, 1, 0, 0, 1};
    std::vector<double> out(25);
    const bool crowds = round % 5 == 0;
    me::box_iou(a.data(), 5, b.data(), 5, crowds ? crowd : nullptr, out.data(), format);
    for (std::size_t j = 0; j < 5; j++) {
      for (std::size_t i = 0; i < 5; i++) {
        const double wanted =
            slow_iou(a.data() + 4 * i, b.data() + 4 * j, crowds && crowd[j] != 0, format);
        const double ours = out[5 * j + i];
        CHECK(std::isnan(wanted) ? std::isnan(ours)
                                 : ours == wanted || std::abs(ours - wanted) <= 1e-12);
      }
    }
  }
  const double box[] = {0, 0, 4, 4}, inside[] = {1, 1, 2, 2};
  double iou = 0;
  me::box_iou(inside, 1, box, 1, nullptr, &iou);
  CHECK_EQUAL(iou, 4.0 / 16);
}

ME_TEST(pixels_of_triangles) {
  std::mt19937 random(62);
  for (int round = 0; round < 500; round++) {
    const me::Size size{40, round % 4 == 0 ? 200 : 30};
    me::Polygons triangle;
    me::GridPoint points[3];
    for (me::GridPoint& point : points) {
      const double xy[] = {std::max(slow::place(random, size.width - 3), 0.0),
                           std::max(slow::place(random, size.height - 3), 0.0)};
      triangle.coords.append(xy, 2);
      point = me::snap(xy);
    }
    triangle.end_ring();
    triangle.end_polygon();
    triangle.end_item();
    const std::int64_t pixels = slow::fill(triangle.view(), 0, size).area();
    const std::int64_t ours = me::triangle_pixels(points[0], points[1], points[2]);
    CHECK_EQUAL(std::abs(ours), pixels);
    CHECK_EQUAL(me::triangle_pixels(points[2], points[1], points[0]), -ours);
  }
  // clockwise on the screen, as y goes down
  const me::GridPoint a{0, 0}, b{10 * me::grid_one, 0}, c{0, 10 * me::grid_one};
  CHECK(me::triangle_pixels(a, b, c) > 0);
  const std::int64_t far = std::int64_t{1} << 40;  // 2^24 pixels: half a square without its edge
  const std::int64_t side = std::int64_t{1} << 24;
  CHECK_EQUAL(me::triangle_pixels({0, 0}, {far, 0}, {0, far}), side * (side - 1) / 2);
}

ME_TEST(columns_of_polygons_that_are_no_batch) {
  const std::vector<double> six{0, 0, 4, 0, 4, 4, 1, 1, 2, 1, 2, 2};
  CHECK_EQUAL(refusal(six, {0, 3, 6}, {0, 2}, {0, 1}), std::string());
  CHECK_EQUAL(refusal(six, {}, {0, 2}, {0, 1}),
              std::string("ring_offsets: expected at least one offset, got none"));
  CHECK_EQUAL(refusal(six, {0, 4, 3, 6}, {0, 3}, {0, 1}),
              std::string("ring_offsets: expected offsets that do not decrease, got 4 before 3"));
  CHECK_EQUAL(refusal(six, {0, 3, 7}, {0, 2}, {0, 1}),
              std::string("ring_offsets: expected offsets in [0, 6], the number of vertices, got "
                          "0 to 7"));
  CHECK_EQUAL(refusal(six, {-1, 3, 6}, {0, 2}, {0, 1}),
              std::string("ring_offsets: expected offsets in [0, 6], the number of vertices, got "
                          "-1 to 6"));
  CHECK(refusal(six, {0, 2, 6}, {0, 2}, {0, 1}).find("at least 3") != std::string::npos);
  std::vector<double> bad = six;
  bad[9] = std::nan("");
  CHECK(refusal(bad, {0, 3, 6}, {0, 2}, {0, 1}).find("ring 1") != std::string::npos);
}
