// simplify on random outlines along pixel edges, against every pixel centre in integers.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "ops/simplify/simplify.h"

namespace {

constexpr std::int64_t side = 14;

// 80 steps a pixel, as vertices on fifths have whole numbers of: exact in 64 bits.
std::int64_t in_steps(double coordinate) {
  return static_cast<std::int64_t>(std::floor(coordinate * 80 + 0.5));
}

// How often, by parity, the outlines go around the middle of each pixel.
std::string by_pixels(const me::PolygonsView& polygons) {
  std::string text;
  for (std::int64_t y = 0; y < side; y++) {
    for (std::int64_t x = 0; x < side; x++) {
      const std::int64_t px = 80 * x + 40;
      const std::int64_t py = 80 * y + 40;
      bool inside = false;
      for (std::int64_t r = 0; r < polygons.rings_before(polygons.n); r++) {
        const me::Ring ring = polygons.ring(r);
        for (std::int64_t i = 0; i < ring.n; i++) {
          const double* a = ring.xy + 2 * i;
          const double* b = ring.xy + 2 * ((i + 1) % ring.n);
          if (in_steps(a[1]) > in_steps(b[1])) std::swap(a, b);
          const std::int64_t ax = in_steps(a[0]), ay = in_steps(a[1]);
          const std::int64_t bx = in_steps(b[0]), by = in_steps(b[1]);
          if (ay <= py && py < by) inside ^= (bx - ax) * (py - ay) <= (px - ax) * (by - ay);
        }
      }
      text += inside ? '#' : '.';
    }
  }
  return text;
}

// The outlines of random pixels: each edge between unlike pixels is walked once, turning right.
me::Polygons random_outlines(std::mt19937& random, unsigned of_ten) {
  std::vector<char> pixels((side + 2) * (side + 2), 0);
  const auto at = [&](std::int64_t x, std::int64_t y) -> char& {
    return pixels[static_cast<std::size_t>((y + 1) * (side + 2) + x + 1)];
  };
  for (std::int64_t y = 0; y < side; y++) {
    for (std::int64_t x = 0; x < side; x++) at(x, y) = random() % 10 < of_ten ? 1 : 0;
  }
  constexpr std::int64_t step[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  const auto filled = [&](std::int64_t x, std::int64_t y, int way, bool right) {
    // the pixel beside the edge that leaves corner (x, y)
    const std::int64_t along_x = std::min<std::int64_t>(step[way][0], 0);
    const std::int64_t along_y = std::min<std::int64_t>(step[way][1], 0);
    if (way % 2 == 0) return at(x + along_x, y - ((way == 0) == right ? 0 : 1)) != 0;
    return at(x - ((way == 1) == right ? 1 : 0), y + along_y) != 0;
  };
  std::vector<char> walked((side + 1) * (side + 1), 0);  // edges to the right
  me::Polygons out;
  for (std::int64_t y = 0; y <= side; y++) {
    for (std::int64_t x = 0; x <= side; x++) {
      std::int64_t to[2] = {x, y};
      int way = 0;
      const auto open = [&](int w) {
        return filled(to[0], to[1], w, true) && !filled(to[0], to[1], w, false);
      };
      if (x == side || walked[static_cast<std::size_t>(y * (side + 1) + x)] != 0 || !open(0)) {
        continue;
      }
      do {
        if (way == 0) walked[static_cast<std::size_t>(to[1] * (side + 1) + to[0])] = 1;
        out.coords.push_back(static_cast<double>(to[0]));  // straight stretches have vertices, too
        out.coords.push_back(static_cast<double>(to[1]));
        to[0] += step[way][0];
        to[1] += step[way][1];
        for (const int turn : {1, 0, 3}) {
          if (open((way + turn) % 4)) {
            way = (way + turn) % 4;
            break;
          }
        }
      } while (to[0] != x || to[1] != y || way != 0);
      out.end_ring();
    }
  }
  out.end_polygon();
  out.end_item();
  return out;
}

double distance(const double* p, const me::Ring& ring) {
  double least = INFINITY;
  for (std::int64_t i = 0; i < ring.n; i++) {
    const double* a = ring.xy + 2 * i;
    const double* b = ring.xy + 2 * ((i + 1) % ring.n);
    const double dx = b[0] - a[0], dy = b[1] - a[1];
    const double square = dx * dx + dy * dy;
    const double t = square > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square : 0;
    const double along = std::min(std::max(t, 0.0), 1.0);
    least = std::min(least, std::hypot(a[0] + along * dx - p[0], a[1] + along * dy - p[1]));
  }
  return least;
}

// Points along one ring, from the other.
double farthest(const me::Ring& from, const me::Ring& to) {
  double most = 0;
  for (std::int64_t i = 0; i < from.n; i++) {
    const double* a = from.xy + 2 * i;
    const double* b = from.xy + 2 * ((i + 1) % from.n);
    for (int k = 0; k < 8; k++) {
      const double p[2] = {a[0] + k * (b[0] - a[0]) / 8, a[1] + k * (b[1] - a[1]) / 8};
      most = std::max(most, distance(p, to));
    }
  }
  return most;
}

std::int64_t count(const std::string& pixels) {
  return std::count(pixels.begin(), pixels.end(), '#');
}

}  // namespace

ME_TEST(lossless_outlines_have_the_same_pixels) {
  std::mt19937 random(7);
  for (unsigned round = 0; round < 300; round++) {
    const me::Polygons before = random_outlines(random, 1 + round % 9);
    for (const bool shared : {false, true}) {
      const me::Polygons after =
          me::cpu::simplify(before.view(), me::Bound::lossless, 0, shared, false, {});
      CHECK_EQUAL(by_pixels(after.view()), by_pixels(before.view()));
      CHECK(after.coords.size() <= before.coords.size());
      CHECK_EQUAL(after.ring_offsets.size(), before.ring_offsets.size());
    }
  }
}

ME_TEST(outlines_within_a_distance_are) {
  std::mt19937 random(8);
  for (unsigned round = 0; round < 60; round++) {
    const me::Polygons before = random_outlines(random, 1 + round % 9);
    const double bound = 0.4 * (1 + round % 5);
    for (const bool shared : {false, true}) {
      const me::Polygons after =
          me::cpu::simplify(before.view(), me::Bound::distance, bound, shared, false, {});
      for (std::int64_t r = 0; r + 1 < before.ring_offsets.size(); r++) {
        const me::Ring a = before.view().ring(r);
        const me::Ring b = after.view().ring(r);
        CHECK(farthest(a, b) <= bound + 1e-9);
        CHECK(farthest(b, a) <= bound + 1e-9);
      }
    }
  }
}

ME_TEST(the_share_of_pixels_and_the_number_of_vertices_hold) {
  std::mt19937 random(9);
  for (unsigned round = 0; round < 100; round++) {
    const me::Polygons before = random_outlines(random, 1 + round % 9);
    const std::string pixels = by_pixels(before.view());
    for (const bool vanish : {false, true}) {
      const double iou = 0.25 * (round % 5);
      const me::Polygons after =
          me::cpu::simplify(before.view(), me::Bound::iou, iou, false, vanish, {});
      const std::string left = by_pixels(after.view());
      std::int64_t both = 0;
      for (std::size_t k = 0; k < left.size(); k++) both += left[k] == '#' && pixels[k] == '#';
      const std::int64_t either = count(left) + count(pixels) - both;
      CHECK(either == 0 || static_cast<double>(both) / static_cast<double>(either) >= iou);
      const me::Polygons few =
          me::cpu::simplify(before.view(), me::Bound::vertices, 12, false, vanish, {});
      CHECK(few.coords.size() <= before.coords.size());
    }
  }
}

ME_TEST(outlines_that_are_odd_are_simplified_all_the_same) {
  const std::vector<std::vector<double>> rings = {
      {0, 0, 0, 0, 0, 0},
      {0, 0, 9, 0, 0, 0, 9, 0, 4, 0},
      {0, 0, 9, 0, 9, 5, 9, 9, 9, 5, 0, 5},  // turns back at (9, 9)
      {0, 0, 0, 0, 3, 0, 3, 0, 3, 3, 3, 3, 0, 3, 0, 3},
      {3, 0, 6, 0, 6, 6, 0, 6, 0, 0},
      {0, 0, 536870912, 0, 536870912, 1, -536870912, 1, -536870912, 0},
      {0.5, 0, 6, 0, 6, 6},
      {0, 0, 4, 4, 4, 0, 0, 4},
  };
  for (const std::vector<double>& ring : rings) {
    me::Polygons one;
    one.coords.append(ring.data(), static_cast<std::int64_t>(ring.size()));
    one.end_ring();
    one.end_polygon();
    one.end_item();
    const std::string pixels = by_pixels(one.view());
    for (const bool shared : {false, true}) {
      const me::Polygons after =
          me::cpu::simplify(one.view(), me::Bound::lossless, 0, shared, false, {});
      CHECK_EQUAL(by_pixels(after.view()), pixels);
      me::cpu::simplify(one.view(), me::Bound::distance, 1.5, shared, false, {});
      me::cpu::simplify(one.view(), me::Bound::vertices, 3, shared, false, {});
    }
  }
}
