// Any label map, of any integer type and layout: components, masks of its labels, and which labels
// touch, are what a search pixel by pixel finds, at every CPU level and by the GPU kernels.
#include <map>
#include <set>

#include "engines.h"
#include "ops/adjacency/adjacency.h"
#include "ops/label/label.h"
#include "ops/split/split.h"
#include "search.h"

namespace {

struct Wanted {
  fuzz::Grid numbers;
  std::int64_t n = 0;
  std::vector<std::int64_t> area, perimeter, first;  // x, y
  std::vector<std::uint64_t> value;
};

Wanted search(const fuzz::Grid& values, bool corners) {
  Wanted wanted{fuzz::Grid(0, 0), 0, {}, {}, {}, {}};
  wanted.numbers = fuzz::components_of(values, corners, &wanted.n);
  const auto n = static_cast<std::size_t>(wanted.n);
  wanted.area.assign(n, 0);
  wanted.perimeter.assign(n, 0);
  for (std::int64_t y = 0; y < values.height; y++) {
    for (std::int64_t x = 0; x < values.width; x++) {
      const std::uint64_t number = wanted.numbers.at(y, x);
      if (number == 0) continue;
      if (wanted.area[number - 1]++ == 0) {
        wanted.first.push_back(x);
        wanted.first.push_back(y);
        wanted.value.push_back(values.at(y, x));
      }
      const std::int64_t near[4][2] = {{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}};
      for (const auto& to : near) {
        const bool inside = values.has(to[0], to[1]) && wanted.numbers.at(to[0], to[1]) == number;
        wanted.perimeter[number - 1] += inside ? 0 : 1;
      }
    }
  }
  return wanted;
}

template <class T>
bool same(const me::Buffer<T>& ours, const std::vector<T>& wanted) {
  return std::equal(ours.begin(), ours.end(), wanted.begin(), wanted.end());
}

void check_label(const fuzz::Array& map, const Wanted& wanted, bool valued, bool corners,
                 const me::cuda::Queue& queue) {
  const me::MaskView view = map.view();
  me::ComponentOptions options;
  options.joining.corners = corners;
  options.valued = valued;
  fuzz::at_every_level([&] {
    me::cpu::Labelling labelling(view, options, fuzz::one_thread);
    EXPECT(labelling.items() == 1 && labelling.n(0) == wanted.n && labelling.most() == wanted.n);
    const fuzz::Array out(view.height, view.width, me::Element::u32, 3);
    labelling.paint(out.out(), fuzz::one_thread);
    EXPECT(out.grid() == wanted.numbers);
    const me::ComponentStats stats = labelling.stats(fuzz::one_thread);
    EXPECT(same(stats.area, wanted.area) && same(stats.first_pixels, wanted.first));
    EXPECT(same(stats.perimeters, wanted.perimeter));
    EXPECT(!valued || same(stats.values, wanted.value));
    me::ComponentOptions bare = options;  // short runs are then taken two rows at a time
    bare.joining.measured = false;
    me::cpu::Labelling plain(view, bare, fuzz::one_thread);
    plain.paint(out.out(), fuzz::one_thread);
    EXPECT(plain.n(0) == wanted.n && out.grid() == wanted.numbers);
  });
  const me::cuda::Components found = me::cuda::components_of(queue, view, valued, corners);
  const fuzz::Array out(view.height, view.width, me::Element::u16, 0);
  me::cuda::paint(queue, found, out.out());
  EXPECT(out.grid() == wanted.numbers);
  EXPECT(me::cuda::total(queue, found) == wanted.n);
}

void check_label_masks(const fuzz::Grid& values, bool corners) {
  const Wanted wanted = search(values, corners);
  const me::Runs runs = fuzz::runs_of(values, 3);
  const me::cpu::MaskComponents found =
      me::cpu::label_masks(runs.view(), corners, true, true, fuzz::one_thread);
  EXPECT(found.counts.size() == 1 && found.counts[0] == wanted.n && found.masks.n() == wanted.n);
  EXPECT(same(found.stats.area, wanted.area) && same(found.stats.perimeters, wanted.perimeter));
  std::int64_t begin = 0;
  for (std::int64_t i = 0; i < wanted.n; i++) {  // in raster order, too
    const me::Runs one =
        fuzz::runs_of(fuzz::where(wanted.numbers, static_cast<std::uint64_t>(i + 1)));
    const me::RunList ours = found.masks.view()[i];
    EXPECT(std::equal(ours.counts, ours.counts + ours.n, one.counts.begin(), one.counts.end()));
    begin += ours.n;
  }
  EXPECT(begin == found.masks.counts.size());
}

void check_split(const fuzz::Array& map, const fuzz::Grid& values, me::Element element) {
  std::map<std::uint64_t, std::uint64_t> ordered;  // key -> label
  for (const std::uint64_t value : values.all) {
    if (value != 0) ordered[me::sort_key(value, element)] = value;
  }
  fuzz::at_every_level([&] {
    const me::LabelMasks found = me::cpu::split(map.view(), true, fuzz::one_thread);
    EXPECT(found.ids.size() == static_cast<std::int64_t>(ordered.size()));
    std::int64_t i = 0;
    for (const auto& entry : ordered) {
      EXPECT(found.ids[i] == entry.second);
      const fuzz::Grid mask = fuzz::where(values, entry.second);
      const me::Runs wanted = fuzz::runs_of(mask);
      const me::RunList ours = found.masks.view()[i];
      EXPECT(ours.size == values.size() && found.stats.area[i] == mask.area());
      EXPECT(std::equal(ours.counts, ours.counts + ours.n, wanted.counts.begin(),
                        wanted.counts.end()));
      i++;
    }
  });
}

void check_adjacency(const fuzz::Array& map, const fuzz::Grid& values, me::Element element,
                     bool corners) {
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  std::map<Key, std::pair<std::int64_t, std::int64_t>> wanted;  // by sort keys
  const std::int64_t steps[4][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};
  for (std::int64_t y = 0; y < values.height; y++) {
    for (std::int64_t x = 0; x < values.width; x++) {
      for (int s = 0; s < (corners ? 4 : 2); s++) {
        const std::int64_t v = y + steps[s][0], u = x + steps[s][1];
        if (!values.has(v, u)) continue;
        const std::uint64_t a = values.at(y, x), b = values.at(v, u);
        if (a == 0 || b == 0 || a == b) continue;
        const std::uint64_t p = me::sort_key(a, element), q = me::sort_key(b, element);
        auto& sums = wanted[Key{std::min(p, q), std::max(p, q)}];
        (s < 2 ? sums.first : sums.second)++;
      }
    }
  }
  fuzz::at_every_level([&] {
    const me::cpu::Adjacency found = me::cpu::adjacency(map.view(), corners, fuzz::one_thread);
    EXPECT(found.a.size() == static_cast<std::int64_t>(wanted.size()));
    std::int64_t i = 0;
    for (const auto& entry : wanted) {
      EXPECT(me::sort_key(found.a[i], element) == entry.first.first);
      EXPECT(me::sort_key(found.b[i], element) == entry.first.second);
      EXPECT(found.edges[i] == entry.second.first);
      EXPECT(!corners || found.corners[i] == entry.second.second);
      i++;
    }
  });
}

}  // namespace

// Bytes: sides, element type, layout and flags, seed of the values, order; then the map.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [height, width] = fuzz::read_size(input);
  const auto element = static_cast<me::Element>(input.below(8));
  const std::uint8_t flags = input.byte();
  const bool corners = (flags & 8) != 0, valued = (flags & 16) != 0;
  const std::uint8_t seed = input.byte();
  const me::cuda::Queue queue = fuzz::queue_of(input);
  fuzz::Grid values = fuzz::read_grid(input, height, width, 2 + seed / 4 % 5);
  fuzz::spread_values(values, element, seed);
  const fuzz::Array map(values, element, flags % 8);
  fuzz::Grid binary = values;
  for (std::uint64_t& value : binary.all) value = value == 0 ? 0 : 1;
  check_label(map, search(valued ? values : binary, corners), valued, corners, queue);
  check_label_masks(binary, corners);
  check_split(map, values, element);
  check_adjacency(map, values, element, corners);
  return 0;
}
