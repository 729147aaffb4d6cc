// Any mask, of runs with zeros among them: turned, mirrored, cut, padded, moved, repeated, resized,
// put beside itself and warped, it is what its pixels are at their new places, at every CPU level.
#include <cmath>

#include "forms.h"
#include "ops/crop/crop.h"
#include "ops/flip/flip.h"
#include "ops/pad/pad.h"
#include "ops/resize/resize.h"
#include "ops/rot90/rot90.h"
#include "ops/shift/shift.h"
#include "ops/tile/tile.h"
#include "ops/transpose/transpose.h"
#include "ops/warp/warp.h"

namespace {

// A mask of another size, pixel (y, x) of which is the one at from(y, x) of `mask`, or background.
template <class From>
me::Runs moved(const fuzz::Grid& mask, std::int64_t height, std::int64_t width, From from) {
  fuzz::Grid out(height, width);
  for (std::int64_t y = 0; y < height; y++) {
    for (std::int64_t x = 0; x < width; x++) {
      const auto [v, u] = from(y, x);
      out.at(y, x) = mask.has(v, u) ? mask.at(v, u) : 0;
    }
  }
  return fuzz::runs_of(out);
}

using Place = std::pair<std::int64_t, std::int64_t>;

void check_turns(const fuzz::Grid& mask, const me::RunsView& runs, const me::PackedMasks& bits) {
  const std::int64_t h = mask.height, w = mask.width;
  const auto& one = fuzz::one_thread;
  EXPECT(fuzz::both(runs, bits, moved(mask, w, h, [](auto y, auto x) { return Place{x, y}; }),
                    [&](const auto& form) { return me::cpu::transpose(form, one); }));
  EXPECT(fuzz::both(
      runs, bits, moved(mask, h, w, [&](auto y, auto x) { return Place{y, w - 1 - x}; }),
      [&](const auto& form) { return me::cpu::flip(form, me::cpu::Flip::left_right, one); }));
  EXPECT(fuzz::both(
      runs, bits, moved(mask, h, w, [&](auto y, auto x) { return Place{h - 1 - y, x}; }),
      [&](const auto& form) { return me::cpu::flip(form, me::cpu::Flip::upside_down, one); }));
  const auto turned = [&](int k) {
    return [&, k](const auto& form) { return me::cpu::rot90(form, k, one); };
  };
  EXPECT(fuzz::both(runs, bits, fuzz::runs_of(mask), turned(0)));
  // counter-clockwise: the last column becomes the first row
  EXPECT(fuzz::both(runs, bits,
                    moved(mask, w, h, [&](auto y, auto x) { return Place{x, w - 1 - y}; }),
                    turned(1)));
  EXPECT(fuzz::both(runs, bits,
                    moved(mask, h, w, [&](auto y, auto x) { return Place{h - 1 - y, w - 1 - x}; }),
                    turned(2)));
  EXPECT(fuzz::both(runs, bits,
                    moved(mask, w, h, [&](auto y, auto x) { return Place{h - 1 - x, y}; }),
                    turned(3)));
}

// Eighths, so that every product and sum is exact but for the division of perspective.
void check_warp(const fuzz::Grid& mask, const me::RunsView& runs, const me::PackedMasks& bits,
                const std::int64_t* target, const std::int64_t* eighths) {
  double matrix[9] = {};
  for (int k = 0; k < 8; k++) matrix[k] = double(eighths[k]) / (k < 6 ? 8 : 1024);
  matrix[8] = 1;
  for (const me::cpu::Whole whole : {me::cpu::Whole::edges, me::cpu::Whole::centres}) {
    const double centre = whole == me::cpu::Whole::edges ? 0.5 : 0.0;
    const fuzz::Grid wanted = [&] {
      fuzz::Grid out(target[0], target[1]);
      for (std::int64_t r = 0; r < target[0]; r++) {
        for (std::int64_t c = 0; c < target[1]; c++) {
          const double x = double(c) + centre, y = double(r) + centre;
          const double w = matrix[6] * x + matrix[7] * y + 1;
          const double u = (matrix[0] * x + matrix[1] * y + matrix[2]) / w + (0.5 - centre);
          const double v = (matrix[3] * x + matrix[4] * y + matrix[5]) / w + (0.5 - centre);
          if (!(std::abs(u) < 1e9 && std::abs(v) < 1e9)) continue;
          const auto column = static_cast<std::int64_t>(std::floor(u));
          const auto row = static_cast<std::int64_t>(std::floor(v));
          out.at(r, c) = mask.has(row, column) ? mask.at(row, column) : 0;
        }
      }
      return out;
    }();
    EXPECT(fuzz::both(runs, bits, fuzz::runs_of(wanted), [&](const auto& form) {
      return me::cpu::warp(form, {matrix, false, target, false, whole}, fuzz::one_thread);
    }));
  }
}

void check_stacks(const fuzz::Grid& mask, const me::RunsView& runs, const me::PackedMasks& bits) {
  const std::int64_t h = mask.height, w = mask.width;
  const auto twice = [](me::cpu::Side side) {
    return
        [=](const auto& form) { return me::cpu::stack({form, form}, 1, side, fuzz::one_thread); };
  };
  EXPECT(fuzz::both(runs, bits,
                    moved(mask, h, 2 * w, [&](auto y, auto x) { return Place{y, x % w}; }),
                    twice(me::cpu::Side::beside)));
  EXPECT(fuzz::both(runs, bits,
                    moved(mask, 2 * h, w, [&](auto y, auto x) { return Place{y % h, x}; }),
                    twice(me::cpu::Side::below)));
}

void check_sizes(const fuzz::Grid& mask, const me::RunsView& runs, const me::PackedMasks& bits,
                 const std::int64_t* target) {
  const std::int64_t h = mask.height, w = mask.width;
  const auto resized = [&](me::cpu::Nearest rule) {
    return [=](const auto& form) {
      return me::cpu::resize(form, target, false, rule, fuzz::one_thread);
    };
  };
  EXPECT(fuzz::both(runs, bits,
                    moved(mask, target[0], target[1],
                          [&](auto y, auto x) {
                            return Place{(2 * y + 1) * h / (2 * target[0]),
                                         (2 * x + 1) * w / (2 * target[1])};
                          }),
                    resized(me::cpu::Nearest::centre)));
  const auto shown = [](std::int64_t i, std::int64_t source, std::int64_t of) {
    const double step = 1.0 / (double(of) / double(source));
    return std::min(static_cast<std::int64_t>(std::floor(double(i) * step)), source - 1);
  };
  EXPECT(fuzz::both(
      runs, bits,
      moved(mask, target[0], target[1],
            [&](auto y, auto x) { return Place{shown(y, h, target[0]), shown(x, w, target[1])}; }),
      resized(me::cpu::Nearest::opencv)));
}

}  // namespace

// Bytes: size, four numbers, then the mask.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape = fuzz::read_size(input);
  const std::uint64_t odd = input.byte() % 6;
  const std::int64_t h = shape.height, w = shape.width;
  const std::int64_t box[4] = {input.below(180) - 20, input.below(180) - 20, 0, 0};
  const std::int64_t cut[4] = {box[0], box[1], box[0] + input.below(90), box[1] + input.below(90)};
  const std::int64_t by[2] = {input.below(300) - 150, input.below(300) - 150};
  const std::int64_t widths[4] = {input.below(70), input.below(9), input.below(70), input.below(9)};
  const std::int64_t target[2] = {input.below(90), input.below(90)};
  const std::int64_t rows = input.below(4), columns = input.below(4);
  std::int64_t eighths[8];
  for (std::int64_t& number : eighths) number = input.below(33) - 16;
  if (rows < 2) eighths[6] = eighths[7] = 0;  // affine
  const fuzz::Grid mask = fuzz::read_grid(input, h, w, 2);
  const me::Runs all = fuzz::runs_of(mask, odd);
  const me::RunsView runs = all.view();
  fuzz::at_every_level([&] {
    const auto& one = fuzz::one_thread;
    const me::PackedMasks bits = me::pack(runs, one);
    EXPECT(fuzz::same(me::unpack(bits.view(), one), fuzz::runs_of(mask)));
    check_turns(mask, runs, bits);
    EXPECT(fuzz::both(runs, bits,
                      moved(mask, cut[3] - cut[1], cut[2] - cut[0],
                            [&](auto y, auto x) { return Place{y + cut[1], x + cut[0]}; }),
                      [&](const auto& form) { return me::cpu::crop(form, cut, false, one); }));
    EXPECT(fuzz::both(
        runs, bits, moved(mask, h, w, [&](auto y, auto x) { return Place{y - by[1], x - by[0]}; }),
        [&](const auto& form) { return me::cpu::shift(form, by, false, one); }));
    EXPECT(fuzz::both(runs, bits,
                      moved(mask, h + widths[0] + widths[1], w + widths[2] + widths[3],
                            [&](auto y, auto x) { return Place{y - widths[0], x - widths[2]}; }),
                      [&](const auto& form) { return me::cpu::pad(form, widths, false, one); }));
    EXPECT(fuzz::both(
        runs, bits,
        moved(mask, h * rows, w * columns, [&](auto y, auto x) { return Place{y % h, x % w}; }),
        [&](const auto& form) { return me::cpu::tile(form, rows, columns, one); }));
    check_stacks(mask, runs, bits);
    check_warp(mask, runs, bits, target, eighths);
    if (h == 0 || w == 0) return;
    check_sizes(mask, runs, bits, target);
  });
  return 0;
}
