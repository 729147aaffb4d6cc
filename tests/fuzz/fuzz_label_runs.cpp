// Any label maps: as runs of labels they are what a walk down the columns gives, and come back;
// masks that share a pixel are refused as one map, and others are not.
#include "base/error.h"
#include "engines.h"
#include "ops/decode_labels/decode_labels.h"
#include "ops/encode_labels/encode_labels.h"

namespace {

struct Walked {
  std::vector<std::uint32_t> counts;
  std::vector<std::uint64_t> labels;
};

Walked walk(const fuzz::Grid& map) {
  Walked out;
  for (std::int64_t x = 0; x < map.width; x++) {
    for (std::int64_t y = 0; y < map.height; y++) {
      const std::uint64_t label = map.at(y, x);
      if (out.labels.empty() || out.labels.back() != label) {
        out.labels.push_back(label);
        out.counts.push_back(0);
      }
      out.counts.back()++;
    }
  }
  if (out.labels.empty()) out = {{0}, {0}};
  return out;
}

void check_runs(const me::cpu::LabelRuns& found, const Walked& wanted, me::Size size) {
  EXPECT(found.runs.n() == 1 && found.runs.view().size(0) == size);
  EXPECT(std::equal(found.runs.counts.begin(), found.runs.counts.end(), wanted.counts.begin(),
                    wanted.counts.end()));
  EXPECT(std::equal(found.labels.begin(), found.labels.end(), wanted.labels.begin(),
                    wanted.labels.end()));
}

void check_decode(const me::cpu::LabelRuns& found, const fuzz::Grid& map, me::Element element) {
  const std::int64_t bytes = me::element_bytes(element);
  const auto width = static_cast<std::size_t>(bytes);
  std::vector<char> labels(width * static_cast<std::size_t>(found.labels.size()));
  for (std::int64_t k = 0; k < found.labels.size(); k++) {
    std::memcpy(labels.data() + bytes * k, &found.labels[k], width);  // little-endian
  }
  std::vector<char> out(width * map.all.size() + 1, '\x55');
  me::cpu::decode_labels(found.runs.view(), labels.data(), bytes, out.data(), fuzz::one_thread);
  for (std::int64_t x = 0; x < map.width; x++) {
    for (std::int64_t y = 0; y < map.height; y++) {
      std::uint64_t label = 0;
      std::memcpy(&label, out.data() + bytes * (x * map.height + y), width);
      EXPECT(label == map.at(y, x));
    }
  }
  EXPECT(out.back() == '\x55');
}

// Masks as they come: they may overlap.
void check_masks(fuzz::Input& input, me::Size size) {
  const std::int64_t n = input.below(5);
  me::Runs masks;
  std::vector<std::uint64_t> labels;
  fuzz::Grid map(size.height, size.width), owner(size.height, size.width);
  std::int64_t clash = -1;
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t begin = input.below(size.area() + 1);
    const std::int64_t length = input.below(1 + (size.area() - begin) / 2);
    labels.push_back(1 + static_cast<std::uint64_t>(input.below(3)));
    fuzz::Grid mask(size.height, size.width);
    for (std::int64_t p = begin; p < begin + length; p++) {
      const std::int64_t y = p % size.height, x = p / size.height;
      mask.at(y, x) = 1;
      if (owner.at(y, x) != 0 && clash < 0) clash = i;
      owner.at(y, x) = 1;
      map.at(y, x) = labels.back();
    }
    fuzz::append_runs(mask, masks, static_cast<std::uint64_t>(i));
  }
  try {
    check_runs(me::cpu::encode_label_masks(masks.view(), labels.data(), size), walk(map), size);
    EXPECT(clash < 0);
  } catch (const me::Error& error) {
    EXPECT(clash >= 0 && error.index >= 0 && error.index < n);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [height, width] = fuzz::read_size(input);
  const auto element = static_cast<me::Element>(input.below(8));
  const std::uint8_t flags = input.byte();
  fuzz::Input masks(input.at(), static_cast<std::size_t>(input.left()));
  fuzz::Grid map = fuzz::read_grid(input, height, width, 2 + flags / 8 % 6);
  fuzz::spread_values(map, element, flags / 64);
  const fuzz::Array array(map, element, flags % 8);
  const Walked wanted = walk(map);
  fuzz::at_every_level([&] {
    const me::cpu::LabelRuns found = me::cpu::encode_labels(array.view());
    check_runs(found, wanted, map.size());
    check_decode(found, map, element);
  });
  check_masks(masks, map.size());
  return 0;
}
