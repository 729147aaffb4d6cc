// COCO's compressed counts. The texts were made with pycocotools 2.0.11.
#include "check.h"
#include "drawn.h"
#include "runs/coco_text.h"

using me::Buffer;
using Counts = std::vector<std::uint32_t>;

namespace {

std::string text_of(const Counts& counts) {
  Buffer<char> text;
  me::append_coco_text({counts.data(), static_cast<std::int64_t>(counts.size()), {}}, text);
  return {text.begin(), text.end()};
}

std::string reason_of(const std::string& text, Buffer<std::uint32_t>& counts) {
  return me::parse_coco_text(text.data(), static_cast<std::int64_t>(text.size()), counts);
}

}  // namespace

ME_TEST(coco_text_equals_pycocotools) {
  const std::vector<std::pair<Counts, std::string>> known{
      {{}, ""},
      {{2, 3, 1}, "231"},
      {{0, 6}, "06"},
      {{5, 1, 100, 1000, 31, 1}, "51T3Wo0kMiPO"},
      {{0, 1, 2147483648U, 1, 5}, "01PPPPPP20UPPPPPN"},
      {{16, 15, 1, 48, 3, 17, 33, 32}, "`0?1Q12QOn0?"},
  };
  for (const auto& [counts, text] : known) {
    CHECK_EQUAL(text_of(counts), text);
    Buffer<std::uint32_t> parsed;
    CHECK_EQUAL(reason_of(text, parsed), "");
    CHECK(drawn::values(parsed) == counts);
  }
}

ME_TEST(coco_text_round_trips_extremes) {
  const Counts counts{UINT32_MAX, 0, 0, UINT32_MAX, UINT32_MAX, 0, 1};
  Buffer<std::uint32_t> parsed;
  CHECK_EQUAL(reason_of(text_of(counts), parsed), "");
  CHECK(drawn::values(parsed) == counts);
}

ME_TEST(malformed_coco_text_appends_nothing) {
  for (const char* text : {"P", "2P", "~", "2 3", "\xff", "O", "oooooooooooooooooo"}) {
    Buffer<std::uint32_t> counts;
    counts.push_back(9);
    const std::string reason = reason_of(text, counts);
    CHECK(reason.find(" at character ") != std::string::npos ||
          reason.find("outside [0, 4294967295]") != std::string::npos);
    CHECK(drawn::values(counts) == Counts{9});
  }
}
