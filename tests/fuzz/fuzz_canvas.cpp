// Any strokes, pastes and repaints of a label map under any rules: what changes is what the
// definition of a stroke says pixel by pixel, alike in an array and in tiles, and each step can be
// taken back, composed, packed into a patch and made again. The components that are kept up to date
// are those that a search finds.
#include <memory>

#include "covered.h"
#include "engines.h"
#include "ops/canvas/canvas.h"
#include "ops/canvas/census.h"
#include "ops/canvas/component_tiles.h"
#include "search.h"

namespace {

using me::cpu::Changes;
using me::cpu::LabelMap;

constexpr auto element = me::Element::u16;

// One tile holds all of a small map.
class OneTile : public me::cpu::TileSource {
 public:
  explicit OneTile(const fuzz::Grid& grid) : array(grid, element, 0) {}
  char* fetch(std::int64_t row, std::int64_t column) override {
    EXPECT(row == 0 && column == 0);
    return array.out().data;
  }
  const char* peek(std::int64_t row, std::int64_t column) override { return fetch(row, column); }

  fuzz::Array array;
};

// The same map twice: as an array of any layout, and as a tile.
struct Maps {
  explicit Maps(const fuzz::Grid& grid, int layout)
      : array(grid, element, layout),
        tile(grid),
        labels(array.out()),
        tiled(grid.size(), element, tile) {}

  fuzz::Array array;
  OneTile tile;
  LabelMap labels, tiled;
};

bool same(const Changes& a, const Changes& b) {
  const auto equal = [](const me::cpu::Change& p, const me::cpu::Change& q) {
    return p.y == q.y && p.begin == q.begin && p.end == q.end && p.same_labels(q);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

// What a step changed, by the maps before and after it.
Changes difference(const fuzz::Grid& before, const fuzz::Grid& after) {
  Changes changes;
  for (std::int64_t y = 0; y < before.height; y++) {
    for (std::int64_t x = 0; x < before.width; x++) {
      const std::uint64_t a = before.at(y, x), b = after.at(y, x);
      if (a == b) continue;
      me::cpu::add_in_order(changes, {static_cast<std::int32_t>(y), static_cast<std::int32_t>(x),
                                      static_cast<std::int32_t>(x + 1), a, b});
    }
  }
  return changes;
}

struct Step {
  me::cpu::Paint paint;
  me::cpu::Rules rules;
};

Step read_step(fuzz::Input& input, me::Size size) {
  Step step;
  const std::uint8_t flags = input.byte();
  const std::uint64_t labels[3] = {0, 1, 300};
  step.paint.label = labels[flags % 3];
  if ((flags & 4) != 0) step.paint.old = labels[flags / 8 % 3];
  if ((flags & 32) != 0) step.rules.protected_ = me::cpu::LabelSet(labels + 1, 1 + flags / 128);
  if ((flags & 64) != 0) step.rules.only = me::cpu::LabelSet(labels, 2);
  step.rules.box = {0, 0, size.width, size.height};
  if (flags % 16 == 3) {
    step.rules.box.left = input.below(size.width + 1);
    step.rules.box.top = input.below(size.height + 1);
  }
  if (flags % 16 == 5) step.rules.max_area = input.below(40);
  return step;
}

// Paints a mask by the rules.
fuzz::Grid painted(const fuzz::Grid& map, const fuzz::Grid& mask, const Step& step) {
  fuzz::Grid out = map;
  for (std::int64_t y = step.rules.box.top; y < map.height; y++) {
    for (std::int64_t x = step.rules.box.left; x < map.width; x++) {
      const std::uint64_t label = map.at(y, x);
      const bool old = !step.paint.old || *step.paint.old == label;
      if (mask.at(y, x) != 0 && old && step.rules.allow(label)) out.at(y, x) = step.paint.label;
    }
  }
  return out;
}

// A stroke of several events; null where the rules stop it.
bool stroke(LabelMap& labels, const Step& step, const me::Brush& brush,
            const std::vector<std::vector<me::BrushPoint>>& events, Changes& changes) {
  me::cpu::OpenStroke open(labels, brush, step.paint, step.rules, {});
  bool all = true;
  for (const auto& points : events) {
    all = all && open.extend(points.data(), static_cast<std::int64_t>(points.size())) != nullptr;
  }
  changes = open.changes();
  return all;
}

Changes check_stroke(fuzz::Input& input, Maps& maps, const fuzz::Grid& map) {
  const Step step = read_step(input, map.size());
  me::Brush brush;
  if (input.flag()) brush.shape = me::BrushShape::square;
  std::vector<std::vector<me::BrushPoint>> events;
  std::vector<me::BrushPoint> way;
  for (std::int64_t n = 1 + input.below(3); n > 0; n--) {
    events.emplace_back();
    for (std::int64_t k = 1 + input.below(2); k > 0; k--) {
      events.back().push_back(fuzz::read_point(input, map.size()));
      way.push_back(events.back().back());
    }
  }
  fuzz::Grid mask(map.height, map.width);
  fuzz::cover(mask, brush, way, 1);
  Changes found, tiled;
  const bool all = stroke(maps.labels, step, brush, events, found);
  EXPECT(stroke(maps.tiled, step, brush, events, tiled) == all && same(found, tiled));
  const fuzz::Grid after = maps.array.grid();
  EXPECT(same(found, difference(map, after)));
  const Changes wanted = difference(map, painted(map, mask, step));
  const bool fits = me::cpu::extent_of(wanted).area <= step.rules.max_area;
  EXPECT(all == fits);
  if (all) EXPECT(same(found, wanted));
  return found;
}

Changes check_layers(fuzz::Input& input, Maps& maps, const fuzz::Grid& map) {
  const Step step = read_step(input, map.size());
  const std::int64_t dx = input.below(9) - 4, dy = input.below(9) - 4;
  std::vector<fuzz::Grid> masks;
  std::vector<std::uint64_t> labels;
  me::Runs runs;
  for (std::int64_t n = input.below(3); n > 0; n--) {
    labels.push_back(static_cast<std::uint64_t>(input.below(3)));
    fuzz::Input part(input.at(),
                     static_cast<std::size_t>(std::min<std::int64_t>(input.left(), 24)));
    for (int k = 0; k < 24; k++) input.byte();
    masks.push_back(fuzz::read_grid(part, map.height, map.width, 2));
    fuzz::append_runs(masks.back(), runs, 5);
  }
  fuzz::Grid wanted = map;
  for (std::int64_t y = step.rules.box.top; y < map.height; y++) {
    for (std::int64_t x = step.rules.box.left; x < map.width; x++) {
      if (!step.rules.allow(map.at(y, x))) continue;
      for (std::size_t k = masks.size(); k-- > 0;) {  // the first one is on top
        if (!map.has(y - dy, x - dx) || masks[k].at(y - dy, x - dx) == 0) continue;
        wanted.at(y, x) = labels[k];
      }
    }
  }
  std::vector<me::cpu::Layer> layers;
  for (std::size_t k = 0; k < masks.size(); k++) {
    layers.push_back({runs.view()[static_cast<std::int64_t>(k)], labels[k]});
  }
  Changes found, tiled;
  me::cpu::find_layer_changes(maps.labels, layers, dx, dy, step.rules, found);
  me::cpu::find_layer_changes(maps.tiled, layers, dx, dy, step.rules, tiled);
  EXPECT(same(found, difference(map, wanted)) && same(found, tiled));
  return found;
}

Changes check_everywhere(fuzz::Input& input, Maps& maps, const fuzz::Grid& map) {
  const Step step = read_step(input, map.size());
  fuzz::Grid all(map.height, map.width);
  std::fill(all.all.begin(), all.all.end(), 1);
  Changes found, tiled;
  me::cpu::find_changes_everywhere(maps.labels, step.paint, step.rules, found);
  me::cpu::find_changes_everywhere(maps.tiled, step.paint, step.rules, tiled);
  EXPECT(same(found, difference(map, painted(map, all, step))) && same(found, tiled));
  return found;
}

void check_patch(const Changes& changes, me::Size size) {
  const me::cpu::Patch patch = me::cpu::make_patch(changes, size, element);
  me::Buffer<std::uint8_t> bytes;
  me::cpu::to_bytes(patch, bytes);
  const me::cpu::Patch read = me::cpu::from_bytes(bytes.data(), bytes.size());
  Changes again;
  me::cpu::append_changes(read, again);
  EXPECT(same(changes, again) && read.extent.area == me::cpu::extent_of(changes).area);
}

void check_census(Maps& maps) {
  const fuzz::Grid map = maps.array.grid();
  std::int64_t pixels = 0;
  for (const me::cpu::LabelCount& one : me::cpu::count_labels(maps.labels)) {
    EXPECT(one.pixels > 0 && one.pixels == fuzz::where(map, one.label).area());
    pixels += one.pixels;
  }
  EXPECT(pixels == map.height * map.width);
}

void check_components(me::cpu::ComponentTiles& tiles, Maps& maps, bool diagonal) {
  std::int64_t n = 0;
  const fuzz::Grid map = maps.array.grid();
  const fuzz::Grid numbers = fuzz::components_of(fuzz::where(map, 1), diagonal, &n);
  const std::vector<me::cpu::ComponentSums> found = tiles.components(maps.labels);
  EXPECT(static_cast<std::int64_t>(found.size()) == n);
  for (std::int64_t k = 0; k < n; k++) {
    const me::cpu::ComponentSums& ours = found[static_cast<std::size_t>(k)];
    std::int64_t area = 0, sum_x = 0, sum_y = 0;
    me::PixelBox box{map.width, map.height, 0, 0};
    for (std::int64_t y = map.height - 1; y >= 0; y--) {
      for (std::int64_t x = map.width - 1; x >= 0; x--) {
        if (numbers.at(y, x) != static_cast<std::uint64_t>(k + 1)) continue;
        area++;
        sum_x += x;
        sum_y += y;
        box = {std::min(box.left, x), y, std::max(box.right, x + 1), std::max(box.bottom, y + 1)};
        EXPECT(ours.first_y < y || (ours.first_y == y && ours.first_x <= x));
      }
    }
    EXPECT(numbers.at(ours.first_y, ours.first_x) == static_cast<std::uint64_t>(k + 1));
    EXPECT(ours.area == area && ours.x == double(sum_x) && ours.y == double(sum_y));
    EXPECT(ours.box.left == box.left && ours.box.top == box.top && ours.box.right == box.right &&
           ours.box.bottom == box.bottom);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape{input.below(24), input.below(24)};
  const std::uint8_t layout = input.byte() % 8;
  fuzz::Input part(input.at(), static_cast<std::size_t>(std::min<std::int64_t>(input.left(), 24)));
  for (int k = 0; k < 24; k++) input.byte();
  fuzz::Grid first = fuzz::read_grid(part, shape.height, shape.width, 3);
  for (std::uint64_t& label : first.all) label = label == 2 ? 300 : label;
  Maps maps(first, layout);
  Changes all;
  const bool diagonal = shape.height % 2 == 0;
  me::cpu::ComponentTiles components(1, diagonal);
  check_components(components, maps, diagonal);
  for (int step = 0; step < 4 && input.left() > 0; step++) {
    const fuzz::Grid map = maps.array.grid();
    const std::uint8_t kind = input.byte() % 4;
    const Changes changes = kind == 0   ? check_layers(input, maps, map)
                            : kind == 1 ? check_everywhere(input, maps, map)
                                        : check_stroke(input, maps, map);
    if (kind < 2) {
      EXPECT(me::cpu::matches(maps.labels, changes, false));
      me::cpu::fetch(maps.tiled, changes);
      me::cpu::write(maps.labels, changes, false);
      me::cpu::write(maps.tiled, changes, false);
    }
    EXPECT(maps.array.grid() == maps.tile.array.grid());
    EXPECT(me::cpu::matches(maps.labels, changes, true));
    check_patch(changes, shape);
    components.note(changes);
    check_components(components, maps, diagonal);
    Changes both;
    me::cpu::compose_steps(all, changes, both);
    EXPECT(same(both, difference(first, maps.array.grid())));
    all.swap(both);
  }
  check_census(maps);
  me::cpu::write(maps.labels, all, true);
  EXPECT(maps.array.grid() == first);
  return 0;
}
