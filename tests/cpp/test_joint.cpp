// joint of maps of any types, as arrays and as runs, against a map from combinations to numbers;
// and what assign does with combinations that it does not know.
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/input.h"
#include "../fuzz/levels.h"
#include "base/error.h"
#include "check.h"
#include "ops/encode_labels/encode_labels.h"
#include "ops/joint/assign.h"
#include "ops/joint/joint.h"

namespace {

using fuzz::Grid;
using Counts = std::map<std::vector<std::int64_t>, std::int64_t>;

std::int64_t label_of(std::uint64_t bits, me::Element element) {
  if (element < me::Element::i8) return static_cast<std::int64_t>(bits);
  const int unused = 64 - static_cast<int>(8 * me::element_bytes(element));
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

Counts counts_of(const me::cpu::JointCounts& found, std::size_t k) {
  Counts out;
  std::vector<std::int64_t> last;
  for (std::int64_t i = 0; i < found.pixels.size(); i++) {
    const std::int64_t* row = found.labels.data() + i * static_cast<std::int64_t>(k);
    const std::vector<std::int64_t> labels(row, row + k);
    CHECK(i == 0 || last < labels);  // sorted, and each once
    out[labels] = found.pixels[i];
    last = labels;
  }
  return out;
}

// Patches, or a new value at each pixel.
Grid draw(std::mt19937& random, std::int64_t height, std::int64_t width, std::uint32_t change) {
  Grid grid(height, width);
  std::uint64_t value = 0;
  for (std::uint64_t& pixel : grid.all) {
    if (random() % change == 0) value = random() % 7;
    pixel = value;
  }
  return grid;
}

void check_maps(const std::vector<Grid>& grids, const std::vector<me::Element>& elements,
                int layout) {
  const std::size_t k = grids.size();
  std::vector<std::unique_ptr<fuzz::Array>> arrays;
  std::vector<me::MaskView> views;
  std::vector<me::cpu::LabelRuns> encoded;
  std::vector<std::vector<char>> packed;
  Counts wanted;
  for (std::size_t m = 0; m < k; m++) {
    arrays.push_back(std::make_unique<fuzz::Array>(grids[m], elements[m], layout));
    views.push_back(arrays.back()->view());
    encoded.push_back(me::cpu::encode_labels(views.back()));
    const std::int64_t bytes = me::element_bytes(elements[m]);
    const std::int64_t n = encoded.back().labels.size();
    packed.emplace_back(static_cast<std::size_t>(n * bytes));
    for (std::int64_t r = 0; r < n; r++) {
      std::memcpy(packed.back().data() + bytes * r, &encoded.back().labels[r],
                  static_cast<std::size_t>(bytes));
    }
  }
  for (std::size_t p = 0; p < grids[0].all.size(); p++) {
    std::vector<std::int64_t> labels;
    for (std::size_t m = 0; m < k; m++) labels.push_back(label_of(grids[m].all[p], elements[m]));
    wanted[labels]++;
  }
  std::vector<me::cpu::LabelRunsView> runs;
  for (std::size_t m = 0; m < k; m++) {
    runs.push_back({encoded[m].runs.view(), packed[m].data(), elements[m]});
  }
  const auto n = static_cast<std::int64_t>(k);
  fuzz::at_every_level([&] {
    for (const int threads : {1, 3}) {
      CHECK(counts_of(me::cpu::joint(views.data(), n, {threads}), k) == wanted);
      CHECK(counts_of(me::cpu::joint_runs(runs.data(), n, {threads}), k) == wanted);
    }
  });
}

}  // namespace

ME_TEST(joint_of_large_maps_of_all_types) {
  using E = me::Element;
  const std::vector<std::vector<E>> types{
      {E::u8, E::i8},   {E::i8, E::u8},  {E::u16, E::i16},
      {E::i32, E::u32}, {E::u8, E::u32}, {E::u16, E::u8, E::i16},
      {E::u64},         {E::i64, E::u8}, {E::u32, E::u64, E::i16}};
  std::mt19937 random(31);
  int round = 0;
  for (const std::vector<E>& elements : types) {
    for (const std::uint32_t change : {1, 9}) {
      std::vector<Grid> grids;
      const bool pairs_of_bytes = round < 4;  // which have a table where there are many pixels
      for (const E element : elements) {
        grids.push_back(draw(random, pairs_of_bytes ? 330 : 40, 211, change));
        fuzz::spread_values(grids.back(), element, element == E::u64 ? 0 : random() % 4);
      }
      check_maps(grids, elements, round++ % 8);
    }
  }
}

ME_TEST(joint_refuses_labels_past_int64) {
  Grid grid(1, 3);
  grid.all = {1, std::uint64_t{1} << 63, 1};
  const fuzz::Array array(grid, me::Element::u64, 0);
  const me::MaskView maps[] = {array.view()};
  CHECK_THROWS(me::Error, me::cpu::joint(maps, 1, {1}), {
    CHECK_EQUAL(caught.parameter, std::string("maps"));
    CHECK_EQUAL(std::string(caught.what()), "expected labels below 2^63, got 9223372036854775808");
  });
}

// More than 64 bits together: the second and the third map have a label that no row has.
ME_TEST(assign_of_wide_maps_says_what_is_not_listed) {
  Grid grid(1, 4);
  grid.all = {1, 2, 1, 2};
  const std::vector<std::int64_t> rows{1, 1, 1, 2, 2, 2, 2, 2, 2, -1, 2, 2};
  const std::vector<float> values{0.5f, 1.5f, 2.5f, 3.5f};
  const me::cpu::JointTable table{rows.data(), reinterpret_cast<const char*>(values.data()), 4};
  for (const std::size_t wrong : {4u, 1u, 2u}) {
    Grid other = grid;
    if (wrong < 4) other.all[wrong] = 9;
    const fuzz::Array a(grid, me::Element::u64, 0), b(other, me::Element::u64, 0);
    const me::MaskView maps[] = {a.view(), b.view(), a.view()};
    std::vector<float> out(4);
    const me::MutableMaskView target{
        reinterpret_cast<char*>(out.data()), me::Element::f32, 1, 1, 4, 16, 16, 4};
    if (wrong == 4) {
      me::cpu::assign(maps, 3, table, target, {1});
      CHECK((out == std::vector<float>{0.5f, 1.5f, 0.5f, 1.5f}));
      continue;
    }
    CHECK_THROWS(me::Error, me::cpu::assign(maps, 3, table, target, {1}), {
      CHECK_EQUAL(caught.parameter, std::string("maps"));
      CHECK_EQUAL(std::string(caught.what()),
                  std::string("expected combinations of the table, got ") +
                      (wrong == 1 ? "2, 9, 2" : "1, 9, 1"));
    });
  }
  me::cpu::assign(nullptr, 3, table, {nullptr, me::Element::f32, 1, 0, 4, 0, 0, 4}, {1});
}
