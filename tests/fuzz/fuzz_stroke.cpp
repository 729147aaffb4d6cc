// Any way of a brush: the pixels that it covers are those of the definition in exact integers, and
// the GPU kernels cover the same.
#include "covered.h"
#include "engines.h"
#include "ops/stroke/stroke.h"

// Bytes: sides, shape, order, cells of a bitmap, then points.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape{input.below(34), input.below(34)};
  me::Brush brush;
  const std::uint8_t kind = input.byte() % 4;
  brush.shape = static_cast<me::BrushShape>(kind);
  const me::cuda::Queue queue = fuzz::queue_of(input);
  std::vector<me::SweptBox::Edges> cells;
  if (brush.shape == me::BrushShape::bitmap) {
    for (std::int64_t n = input.below(4); n > 0; n--) {
      const std::int64_t u = (input.below(12) - 6) * me::grid_half;
      const std::int64_t v = (input.below(12) - 6) * me::grid_half;
      const std::int64_t length = (1 + input.below(5)) * me::grid_one;
      cells.push_back({u, v, u + length, v + me::grid_one});
    }
    brush.boxes = cells.data();
    brush.n_boxes = static_cast<std::int64_t>(cells.size());
  }
  if (brush.shape == me::BrushShape::ellipse) {
    brush.first = static_cast<double>(input.byte()) / 16;
    brush.second = static_cast<double>(input.byte()) / 16;
    brush.cos = 0.6;
    brush.sin = 0.8;
  }
  std::vector<me::BrushPoint> points;
  while (input.left() > 0 && points.size() < 4) points.push_back(fuzz::read_point(input, shape));
  const auto n = static_cast<std::int64_t>(points.size());
  const me::Runs found = me::cpu::stroke(points.data(), n, shape, brush);
  EXPECT(fuzz::same(me::cuda::stroke(queue, points.data(), n, shape, brush), found));
  if (brush.shape == me::BrushShape::ellipse) {  // of doubles: sound, and no more
    EXPECT(found.n() == 1 && me::validate(found.view()[0]).empty());
    return 0;
  }
  fuzz::Grid wanted(shape.height, shape.width);
  fuzz::cover(wanted, brush, points, 1);
  EXPECT(fuzz::same(found, fuzz::runs_of(wanted)));
  return 0;
}
