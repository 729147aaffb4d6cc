// Any small label map of any integer type and layout: looked up in a table, without its small
// components, holes or all but the largest, or with small regions given to their neighbours, it is
// what a search pixel by pixel makes of it.
#include <map>
#include <vector>

#include "engines.h"
#include "ops/absorb_small/absorb_small.h"
#include "ops/clean/clean.h"
#include "ops/remap/remap.h"
#include "search.h"

namespace {

constexpr me::Element elements[] = {me::Element::u8,  me::Element::i8,  me::Element::u16,
                                    me::Element::i16, me::Element::u32, me::Element::i32,
                                    me::Element::u64, me::Element::i64};

void check_remap(const fuzz::Grid& map, me::Element element, int layout, std::uint64_t odd) {
  const std::int64_t bits = 8 * me::element_bytes(element);
  const std::uint64_t most = bits < 64 ? (std::uint64_t{1} << bits) - 1 : ~std::uint64_t{0};
  std::vector<std::uint64_t> keys, values;
  fuzz::Grid wanted(map.height, map.width);
  for (std::size_t p = 0; p < wanted.all.size(); p++) wanted.all[p] = 7 & most;
  for (std::uint64_t k = 0; k < 40; k += 1 + odd % 3) {  // some keys are in no pixel
    const std::uint64_t key = k < 6 ? k : (k * 0x9E3779B97F4A7C15u | 64) & most;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    keys.push_back(key);
    values.push_back((k * k + odd) & most);
    for (std::size_t p = 0; p < wanted.all.size(); p++) {
      if (map.all[p] == key) wanted.all[p] = values.back();
    }
  }
  const fuzz::Array in(map, element, layout);
  const fuzz::Array out(map.height, map.width, element, static_cast<int>(odd % 8));
  const me::cpu::LabelTable table{keys.data(), values.data(),
                                  static_cast<std::int64_t>(keys.size())};
  me::cpu::remap(in.view(), table, 7 & most, out.out(), fuzz::one_thread);
  EXPECT(out.grid() == wanted);
}

struct Component {
  std::uint64_t value = 0;
  std::int64_t area = 0;
  bool at_border = false;
};

std::vector<Component> measured(const fuzz::Grid& map, const fuzz::Grid& numbers, std::int64_t n) {
  std::vector<Component> found(static_cast<std::size_t>(n));
  for (std::int64_t y = 0; y < map.height; y++) {
    for (std::int64_t x = 0; x < map.width; x++) {
      if (numbers.at(y, x) == 0) continue;
      Component& one = found[static_cast<std::size_t>(numbers.at(y, x) - 1)];
      one.value = map.at(y, x);
      one.area++;
      one.at_border |= y == 0 || x == 0 || y + 1 == map.height || x + 1 == map.width;
    }
  }
  return found;
}

bool goes(const std::vector<Component>& all, std::size_t k, const me::cpu::CleanRule& rule) {
  const Component& one = all[k];
  if (rule.kind == me::cpu::CleanRule::Kind::small) return one.area < rule.limits.otherwise;
  if (rule.kind == me::cpu::CleanRule::Kind::holes) {
    return !one.at_border && one.area <= rule.limits.otherwise;
  }
  std::int64_t before = 0;  // of its value, larger or as large and earlier
  for (std::size_t j = 0; j < all.size(); j++) {
    before +=
        all[j].value == one.value && (all[j].area > one.area || (all[j].area == one.area && j < k));
  }
  return before >= rule.k;
}

// Masks: `map` has 0 and 1 then.
fuzz::Grid cleaned(const fuzz::Grid& map, const me::cpu::CleanRule& rule, std::int64_t* count) {
  const bool holes = rule.kind == me::cpu::CleanRule::Kind::holes;
  const fuzz::Grid read = holes ? fuzz::where(map, 0) : map;
  std::int64_t n = 0;
  const fuzz::Grid numbers = fuzz::components_of(read, holes ? !rule.corners : rule.corners, &n);
  const std::vector<Component> all = measured(read, numbers, n);
  fuzz::Grid out = map;
  *count = 0;
  for (std::size_t k = 0; k < all.size(); k++) {
    if (!goes(all, k, rule)) continue;
    ++*count;
    for (std::size_t p = 0; p < out.all.size(); p++) {
      if (numbers.all[p] == k + 1) out.all[p] = holes ? 1 : 0;
    }
  }
  return out;
}

void check_clean(const fuzz::Grid& map, me::cpu::CleanRule rule, me::Element element, int layout) {
  std::int64_t count = 0;
  const fuzz::Grid wanted = cleaned(map, rule, &count);
  const fuzz::Array held(map, element, layout);
  const me::RegionChanges changes = me::cpu::clean(held.out(), rule, fuzz::one_thread);
  EXPECT(held.grid() == wanted && changes.counts.size() == 1 && changes.counts[0] == count);
  if (rule.valued) return;
  const me::Runs runs = fuzz::runs_of(map, 3);
  me::cpu::CleanedMasks masks = me::cpu::clean_masks(runs.view(), rule, fuzz::one_thread);
  EXPECT(fuzz::same(masks.masks, fuzz::runs_of(wanted)) && masks.changes.counts[0] == count);
}

// The label beside these pixels along the most edges, of equal ones the lower; 0 where there is
// none.
std::uint64_t best_neighbour(const fuzz::Grid& map, const fuzz::Grid& numbers, std::uint64_t k) {
  std::map<std::uint64_t, std::int64_t> edges;
  for (std::int64_t y = 0; y < map.height; y++) {
    for (std::int64_t x = 0; x < map.width; x++) {
      if (numbers.at(y, x) != k) continue;
      const std::int64_t beside[4][2] = {{y - 1, x}, {y + 1, x}, {y, x - 1}, {y, x + 1}};
      for (const auto& [v, u] : beside) {
        if (map.has(v, u) && numbers.at(v, u) != k && map.at(v, u) != 0) edges[map.at(v, u)]++;
      }
    }
  }
  std::uint64_t best = 0;
  for (const auto& [label, n] : edges) {
    if (best == 0 || n > edges[best]) best = label;
  }
  return best;
}

// All regions are found anew after each step: the smallest goes first, of equal ones the first.
fuzz::Grid absorbed(fuzz::Grid map, const me::cpu::AbsorbRule& rule) {
  for (;;) {
    std::int64_t n = 0;
    const fuzz::Grid numbers = fuzz::components_of(map, rule.corners, &n);
    const std::vector<Component> all = measured(map, numbers, n);
    const auto least = std::min_element(
        all.begin(), all.end(), [](const auto& a, const auto& b) { return a.area < b.area; });
    if (least == all.end() || least->area >= rule.limits.otherwise) return map;
    const auto k = static_cast<std::uint64_t>(least - all.begin() + 1);
    const std::uint64_t label = rule.to_neighbours ? best_neighbour(map, numbers, k) : 0;
    for (std::size_t p = 0; p < map.all.size(); p++) {
      if (numbers.all[p] == k) map.all[p] = label;
    }
  }
}

void check_absorb(const fuzz::Grid& map, const me::cpu::AbsorbRule& rule, me::Element element,
                  int layout) {
  if (map.all.size() > 400) return;
  const fuzz::Array held(map, element, layout);
  me::cpu::absorb_small(held.out(), rule, fuzz::one_thread);
  EXPECT(held.grid() == absorbed(map, rule));
}

}  // namespace

// Bytes: size, type, layout, how many values, limits, then the map.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const me::Size shape = fuzz::read_size(input);
  const me::Element element = elements[input.byte() % 8];
  const int layout = input.byte() % 8;
  const std::uint64_t values = 2 + input.byte() % 5, odd = input.byte();
  const std::int64_t limit = input.below(20), k = 1 + input.below(3);
  const bool corners = input.flag();
  const fuzz::Grid map = fuzz::read_grid(input, shape.height, shape.width, values);
  fuzz::Grid mask = map;
  for (std::uint64_t& value : mask.all) value = value != 0;
  using Kind = me::cpu::CleanRule::Kind;
  fuzz::at_every_level([&] {
    check_remap(map, element, layout, odd);
    check_absorb(map, {corners, odd % 4 != 3, {nullptr, nullptr, 0, limit}}, element, layout);
    for (const Kind kind : {Kind::small, Kind::largest, Kind::holes}) {
      check_clean(mask, {kind, corners, false, {nullptr, nullptr, 0, limit}, k, odd % 2 == 0},
                  element, layout);
    }
    for (const Kind kind : {Kind::small, Kind::largest}) {
      check_clean(map, {kind, corners, true, {nullptr, nullptr, 0, limit}, k, true}, element,
                  layout);
    }
  });
  return 0;
}
