// Any mask and label map, any footprint: dilation, erosion and boundaries, of runs, bits, arrays
// and labels, are what the definition says offset by offset, at every CPU level and by the GPU
// kernels.
#include <cmath>
#include <map>

#include "engines.h"
#include "forms.h"
#include "ops/boundary/boundary.h"
#include "ops/dilate/dilate.h"
#include "ops/erode/erode.h"
#include "search.h"

namespace {

// The definition in docs/ops/dilate.md, its expressions in double included.
bool holds(const me::Reach& reach, std::int64_t dy, std::int64_t dx) {
  const double y = std::abs(static_cast<double>(dy)), x = std::abs(static_cast<double>(dx));
  if (y > reach.y || x > reach.x) return false;
  if (reach.shape == me::Shape::square) return true;
  if (reach.shape == me::Shape::cross) return dy == 0 || dx == 0;
  if (reach.y == reach.x) return y * y + x * x <= reach.y * reach.y;
  if (std::max(reach.y, reach.x) > 1e9) {  // squares that leave the doubles
    const auto share = [](double part, double whole) { return whole == 0 ? 0 : part / whole; };
    return std::pow(share(y, reach.y), 2) + std::pow(share(x, reach.x), 2) <= 1;
  }
  const double yy = reach.y * reach.y, xx = reach.x * reach.x;
  return y * y * xx + x * x * yy <= yy * xx;
}

// Calls work(v, u) for each pixel that (y, x) reaches, and outside() if it reaches out of the map.
template <class Work, class Outside>
void for_each_reached(const fuzz::Grid& grid, const me::Reach& reach, std::int64_t y,
                      std::int64_t x, Work work, Outside outside) {
  const auto ry = static_cast<std::int64_t>(std::min(reach.y, 1000.0));
  const auto rx = static_cast<std::int64_t>(std::min(reach.x, 1000.0));
  // every shape holds all offsets along the axes
  if (y - ry < 0 || y + ry >= grid.height || x - rx < 0 || x + rx >= grid.width) outside();
  for (std::int64_t v = std::max<std::int64_t>(y - ry, 0); v <= y + ry && v < grid.height; v++) {
    for (std::int64_t u = std::max<std::int64_t>(x - rx, 0); u <= x + rx && u < grid.width; u++) {
      if (holds(reach, v - y, u - x)) work(v, u);
    }
  }
}

struct Wanted {
  fuzz::Grid dilated, eroded, kept, banded, grown;  // the last three of labels
};

Wanted by_definition(const fuzz::Grid& values, const me::Reach& reach, bool border_set) {
  const fuzz::Grid none(values.height, values.width);
  Wanted wanted{none, none, none, none, none};
  for (std::int64_t y = 0; y < values.height; y++) {
    for (std::int64_t x = 0; x < values.width; x++) {
      const std::uint64_t here = values.at(y, x);
      bool any = here != 0, all = here != 0, alike = true;
      std::int64_t nearest = INT64_MAX;
      std::uint64_t label = here;
      const auto see = [&](std::int64_t v, std::int64_t u) {
        const std::uint64_t there = values.at(v, u);
        any = any || there != 0;
        all = all && there != 0;
        alike = alike && there == here;
        if (here != 0 || there == 0) return;
        const std::int64_t distance = (v - y) * (v - y) + (u - x) * (u - x);
        if (distance > nearest || (distance == nearest && there > label)) return;
        nearest = distance;
        label = there;
      };
      const auto leave = [&] {
        if (border_set) return;
        all = false;
        alike = alike && here == 0;
      };
      for_each_reached(values, reach, y, x, see, leave);
      wanted.dilated.at(y, x) = any ? 1 : 0;
      wanted.eroded.at(y, x) = all ? 1 : 0;
      wanted.kept.at(y, x) = alike ? here : 0;
      wanted.banded.at(y, x) = alike ? 0 : 1;
      wanted.grown.at(y, x) = label;
    }
  }
  return wanted;
}

fuzz::Grid band_of(const fuzz::Grid& values, const Wanted& wanted, me::BandSide side) {
  fuzz::Grid out(values.height, values.width);
  for (std::size_t k = 0; k < out.all.size(); k++) {
    const bool in = values.all[k] != 0;
    const bool inner = in && wanted.eroded.all[k] == 0, outer = !in && wanted.dilated.all[k] != 0;
    const bool inner_wanted = side != me::BandSide::outer && inner;
    out.all[k] = inner_wanted || (side != me::BandSide::inner && outer) ? 1 : 0;
  }
  return out;
}

struct Case {
  me::Reach reach;
  me::BandRule rule;
  bool border_set;
  int layout;
};

void check_masks(const Case& c, const fuzz::Grid& values, const Wanted& wanted,
                 const me::cuda::Queue& queue) {
  fuzz::Grid mask = values;
  for (std::uint64_t& value : mask.all) value = value == 0 ? 0 : 1;
  const fuzz::Grid band = band_of(values, wanted, c.rule.side);
  const me::Runs runs = fuzz::runs_of(mask, 4);
  const fuzz::Array dense(values, me::Element::u16, c.layout);
  const fuzz::Array out(values.height, values.width, me::Element::u8, (c.layout + 1) % 8);
  fuzz::at_every_level([&] {
    const auto& one = fuzz::one_thread;
    const me::PackedMasks bits = me::pack(runs.view(), one);
    EXPECT(fuzz::both(runs.view(), bits, fuzz::runs_of(wanted.dilated),
                      [&](const auto& form) { return me::cpu::dilate(form, c.reach, one); }));
    EXPECT(fuzz::both(runs.view(), bits, fuzz::runs_of(wanted.eroded), [&](const auto& form) {
      return me::cpu::erode(form, c.reach, c.border_set, one);
    }));
    EXPECT(fuzz::both(runs.view(), bits, fuzz::runs_of(band),
                      [&](const auto& form) { return me::cpu::boundary(form, c.rule, one); }));
    me::cpu::dilate(dense.view(), out.out(), c.reach, one);
    EXPECT(out.grid() == wanted.dilated);
    me::cpu::erode(dense.view(), out.out(), c.reach, c.border_set, one);
    EXPECT(out.grid() == wanted.eroded);
    me::cpu::boundary(dense.view(), out.out(), c.rule, one);
    EXPECT(out.grid() == band);
  });
  const fuzz::Array there(values.height, values.width, me::Element::u8, 0);
  me::cuda::boundary(queue, dense.view(), false, there.out(), c.rule);
  EXPECT(there.grid() == band);
  EXPECT(fuzz::same(me::cuda::boundary(queue, device::view_of(runs), runs.sizes.data(), c.rule),
                    fuzz::runs_of(band)));
}

void check_labels(const Case& c, const fuzz::Grid& values, const Wanted& wanted,
                  const me::cuda::Queue& queue) {
  const fuzz::Array map(values, me::Element::u32, 0);
  const me::MaskView view = map.view();
  const me::LabelRows rows{view.data, 4, view.height, view.width, view.row_stride};
  fuzz::Grid band = wanted.banded;
  for (std::size_t k = 0; k < band.all.size(); k++) {
    if (c.rule.side == me::BandSide::inner && values.all[k] == 0) band.all[k] = 0;
    if (c.rule.side == me::BandSide::outer && values.all[k] != 0) band.all[k] = 0;
  }
  const fuzz::Array out(values.height, values.width, me::Element::u8, 0);
  const fuzz::Array labels(values.height, values.width, me::Element::u32, 0);
  fuzz::at_every_level([&] {
    me::cpu::dilate(rows, labels.out(), c.reach, fuzz::one_thread);
    EXPECT(labels.grid() == wanted.grown);
    me::cpu::erode(rows, labels.out(), c.reach, c.border_set, fuzz::one_thread);
    EXPECT(labels.grid() == wanted.kept);
    me::cpu::boundary(rows, out.out(), c.rule, fuzz::one_thread);
    EXPECT(out.grid() == band);
  });
  me::cuda::boundary(queue, view, true, out.out(), c.rule);
  EXPECT(out.grid() == band);
}

double read_radius(fuzz::Input& input) {
  const std::uint8_t byte = input.byte();
  if (byte == 255) return 1e300;
  return byte < 200 ? static_cast<double>(byte % 32) / 4 : static_cast<double>(byte);
}

}  // namespace

// Bytes: sides, radii, flags, order, values, then the map.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [height, width] = fuzz::read_size(input);
  Case c{};
  c.reach.y = read_radius(input);
  c.reach.x = read_radius(input);
  const std::uint8_t flags = input.byte();
  if ((flags & 1) != 0) c.reach.x = c.reach.y;
  c.reach.shape = static_cast<me::Shape>(flags / 2 % 3);
  c.border_set = (flags & 64) != 0;
  c.rule = {c.reach, static_cast<me::BandSide>(flags / 8 % 3), !c.border_set};
  c.layout = input.byte() % 8;
  const me::cuda::Queue queue = fuzz::queue_of(input);
  const fuzz::Grid values = fuzz::read_grid(input, height, width, 2 + 2 * (flags / 128));
  const Wanted wanted = by_definition(values, c.reach, c.border_set);
  check_masks(c, values, wanted, queue);
  check_labels(c, values, wanted, queue);
  return 0;
}
