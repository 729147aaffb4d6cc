// argmax against a loop over the classes of each pixel in float64, for all types and layouts.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "../fuzz/levels.h"
#include "base/error.h"
#include "check.h"
#include "halves.h"
#include "ops/argmax/argmax.h"

namespace {

using me::cpu::ArgmaxOptions;
using me::cpu::ScoreType;
using me::cpu::ScoreView;
using me::cpu::Ties;
using me::cpu::Unsure;

// Scores of n frames, class by class, and the same in memory as some type.
struct Scores {
  std::int64_t n, classes, height, width;
  std::vector<double> values;
  std::vector<char> memory;
  ScoreView view;

  double at(std::int64_t item, std::int64_t c, std::int64_t pixel) const {
    return values[static_cast<std::size_t>((item * classes + c) * height * width + pixel)];
  }
};

std::int64_t bytes_of(ScoreType type) {
  return type == ScoreType::u8 ? 1 : type == ScoreType::f16 ? 2 : type == ScoreType::f32 ? 4 : 8;
}

// `layout`: planes as they come; a byte further on; pixels of all classes together; rows apart.
void place(Scores& scores, ScoreType type, int layout) {
  const std::int64_t bytes = bytes_of(type);
  ScoreView& view = scores.view;
  const std::int64_t pixels = scores.height * scores.width;
  view = {nullptr, type, scores.n, scores.classes, scores.height, scores.width, 0, 0, 0, 0};
  view.column_stride = layout == 2 ? bytes * scores.classes : bytes;
  view.row_stride = view.column_stride * scores.width + (layout == 3 ? 3 * bytes : 0);
  view.class_stride = layout == 2 ? bytes : view.row_stride * scores.height;
  view.item_stride =
      layout == 2 ? bytes * scores.classes * pixels : view.class_stride * scores.classes;
  scores.memory.assign(static_cast<std::size_t>(view.item_stride * scores.n + 16), '\x7f');
  char* const start = scores.memory.data() + (layout == 1 ? 1 : 0);
  view.data = start;
  std::size_t k = 0;
  for (std::int64_t i = 0; i < scores.n; i++) {
    for (std::int64_t c = 0; c < scores.classes; c++) {
      for (std::int64_t p = 0; p < pixels; p++) {
        const double value = scores.values[k++];
        char* const to = start + i * view.item_stride + c * view.class_stride +
                         p / scores.width * view.row_stride + p % scores.width * view.column_stride;
        const auto narrow = static_cast<float>(value);
        const std::uint16_t half =
            type == ScoreType::f16 ? halves::half_of(value) : std::uint16_t{0};
        if (type == ScoreType::u8) *to = static_cast<char>(static_cast<std::uint8_t>(value));
        if (type == ScoreType::f16) std::memcpy(to, &half, 2);
        if (type == ScoreType::f32) std::memcpy(to, &narrow, 4);
        if (type == ScoreType::f64) std::memcpy(to, &value, 8);
      }
    }
  }
}

// Multiples of 1/64, a few alike; whole numbers for u8. Some pixels have nothing but zeros.
Scores draw(std::mt19937& random, ScoreType type, bool logits) {
  Scores scores{};
  scores.n = 1 + random() % 2;
  scores.classes = 1 + random() % 6;
  scores.height = 1 + random() % 3;
  scores.width = random() % 3 == 0 ? 2000 + random() % 200 : 1 + random() % 40;
  const std::int64_t all = scores.n * scores.classes * scores.height * scores.width;
  const bool few = random() % 2 == 0;
  for (std::int64_t k = 0; k < all; k++) {
    double value = random() % (few ? 3 : 200);
    if (type != ScoreType::u8) {
      value = few ? value / 4 : value / 64;
      if (logits) value -= 1;
      if (logits && random() % 50 == 0) value = -300;
      if (random() % 50 == 0) value = 0x3p-24;  // too small for a normal float16
    }
    scores.values.push_back(value);
  }
  return scores;
}

struct Pixel {
  std::int64_t best;
  bool tie;
  double measures[3];  // share, lead, entropy
};

Pixel slow_argmax(const Scores& scores, std::int64_t item, std::int64_t p, bool logits, bool last) {
  const std::int64_t classes = scores.classes;
  Pixel out{0, false, {}};
  for (std::int64_t c = 1; c < classes; c++) {
    const double value = scores.at(item, c, p), best = scores.at(item, out.best, p);
    if (value > best || (last && value == best)) out.best = c;
  }
  double second = 0;
  double sum = 0;
  const double best = scores.at(item, out.best, p);
  std::vector<double> shares;
  for (std::int64_t c = 0; c < classes; c++) {
    const double value = scores.at(item, c, p);
    if (c != out.best && value == best) out.tie = true;
    shares.push_back(logits ? std::exp(value - best) : value);
    sum += shares.back();
  }
  if (!(sum > 0)) return {out.best, out.tie, {1, 1, 1}};
  double entropy = 0;
  for (std::int64_t c = 0; c < classes; c++) {
    const double share = shares[static_cast<std::size_t>(c)] / sum;
    if (c != out.best) second = std::max(second, share);
    if (share > 0) entropy -= share * std::log(share);
  }
  const double most = shares[static_cast<std::size_t>(out.best)] / sum;
  out.measures[0] = 1 - most;
  out.measures[1] = 1 - (most - second);
  out.measures[2] = classes > 1 ? entropy / std::log(double(classes)) : 0;
  return out;
}

std::uint32_t label_at(const std::vector<char>& out, std::int64_t bytes, std::int64_t pixel) {
  std::uint32_t label = 0;
  std::memcpy(&label, out.data() + pixel * bytes, static_cast<std::size_t>(bytes));
  return label;
}

void check_argmax(const Scores& scores, const ArgmaxOptions& options, me::Element element,
                  int threads) {
  const std::int64_t pixels = scores.height * scores.width;
  const std::int64_t bytes = me::element_bytes(element);
  const auto all = static_cast<std::size_t>(scores.n * pixels);
  std::vector<char> out(all * static_cast<std::size_t>(bytes));
  std::vector<float> unsure(all);
  me::cpu::argmax(scores.view, options, element, out.data(), unsure.data(), {threads});
  std::vector<char> alone(out.size());
  me::cpu::argmax(scores.view, options, element, alone.data(), nullptr, {threads});
  CHECK(alone == out);
  for (std::int64_t k = 0; k < scores.n * pixels; k++) {
    const Pixel wanted =
        slow_argmax(scores, k / pixels, k % pixels, options.logits, options.ties == Ties::last);
    const bool none = (options.ties == Ties::none && wanted.tie) ||
                      1 - wanted.measures[0] < double(options.threshold);
    CHECK_EQUAL(label_at(out, bytes, k), none ? options.none : options.labels[wanted.best]);
    const double ours = double(unsure[static_cast<std::size_t>(k)]);
    CHECK(std::abs(ours - wanted.measures[static_cast<int>(options.unsure)]) < 2e-6);
  }
}

std::string refusal(Scores scores, ScoreType type, bool logits) {
  place(scores, type, 0);
  const std::uint32_t labels[] = {1, 2, 3, 4, 5, 6};
  ArgmaxOptions options{};
  options.logits = logits;
  options.labels = labels;
  std::vector<char> out(static_cast<std::size_t>(scores.n * scores.height * scores.width));
  try {
    me::cpu::argmax(scores.view, options, me::Element::u8, out.data(), nullptr, {2});
  } catch (const me::Error& error) {
    CHECK_EQUAL(error.parameter, std::string("scores"));
    return error.what();
  }
  return "nothing";
}

}  // namespace

ME_TEST(argmax_of_scores_of_any_type_and_layout) {
  constexpr ScoreType types[] = {ScoreType::u8, ScoreType::f16, ScoreType::f32, ScoreType::f64};
  constexpr me::Element elements[] = {me::Element::u8, me::Element::u16, me::Element::u32};
  fuzz::at_every_level([&] {
    std::mt19937 random(3);
    for (int round = 0; round < 60; round++) {
      const ScoreType type = types[round % 4];
      ArgmaxOptions options{};
      options.logits = random() % 2 == 0;
      Scores scores = draw(random, type, options.logits);
      place(scores, type, round / 4 % 4);
      const me::Element element = elements[round % 3];
      const std::uint32_t labels[] = {7, 1, 250, 3, 100, 9};
      options.labels = labels;
      options.none = 255;
      options.ties = static_cast<Ties>(random() % 3);
      options.unsure = static_cast<Unsure>(random() % 3);
      if (random() % 2 == 0) options.threshold = 0.4142f;
      check_argmax(scores, options, element, 1 + round % 2);
    }
  });
}

ME_TEST(argmax_of_no_pixels) {
  ArgmaxOptions options{};
  Scores scores{1, 2, 0, 5, {}, {}, {}};
  place(scores, ScoreType::f32, 0);
  char out = 5;
  me::cpu::argmax(scores.view, options, me::Element::u8, &out, nullptr, {1});
  CHECK_EQUAL(out, 5);
}

ME_TEST(argmax_says_which_score_it_refuses) {
  const double inf = HUGE_VAL;
  const std::vector<double> fine{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};  // [2, 1, 2, 3]
  const auto with = [&](std::vector<std::size_t> places, double value) {
    Scores scores{2, 1, 2, 3, fine, {}, {}};
    for (const std::size_t k : places) scores.values[k] = value;
    return scores;
  };
  fuzz::at_every_level([&] {
    for (const ScoreType type : {ScoreType::f16, ScoreType::f32, ScoreType::f64}) {
      CHECK_EQUAL(refusal(with({}, 0), type, true), std::string("nothing"));
      CHECK_EQUAL(refusal(with({5, 11}, std::nan("")), type, true),
                  std::string("expected numbers, got nan at [0, 0, 1, 2]"));
      CHECK_EQUAL(refusal(with({10}, inf), type, true),
                  std::string("expected numbers, got inf at [1, 0, 1, 1]"));
      CHECK_EQUAL(refusal(with({6}, -inf), type, true),
                  std::string("expected numbers, got -inf at [1, 0, 0, 0]"));
      CHECK_EQUAL(refusal(with({6}, inf), type, false),
                  std::string("expected probabilities, got inf at [1, 0, 0, 0]"));
      CHECK_EQUAL(refusal(with({4, 7}, -0.5), type, false),
                  std::string("expected probabilities, got -0.500000 at [0, 0, 1, 1]"));
    }
    Scores one{1, 2, 1, 2, {-inf, 1, 3, -0.25}, {}, {}};  // minus infinity is a logit
    CHECK_EQUAL(refusal(one, ScoreType::f32, true), std::string("nothing"));
    CHECK_EQUAL(refusal(one, ScoreType::f32, false),
                std::string("expected probabilities, got -inf at [0, 0, 0]"));
    one.values[0] = 0;
    CHECK_EQUAL(refusal(one, ScoreType::f32, false),
                std::string("expected probabilities, got -0.250000 at [1, 0, 1]"));
  });
}
