// Builds two masks by hand, measures them and prints their COCO text.
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "ops/area/area.h"
#include "runs/builder.h"
#include "runs/coco_text.h"
#include "runs/runs.h"

int main() {
  // #  #  .
  // #  .  #   as 2 x 3 pixels, column by column
  me::Runs masks;
  me::RunBuilder builder(masks.counts);
  builder.append(true, 3);
  builder.append(false, 2);
  builder.append(true, 1);
  builder.finish();
  masks.end_item({2, 3});
  // all background
  builder.append(false, 6);
  builder.finish();
  masks.end_item({2, 3});

  std::vector<std::int64_t> areas(2);
  me::cpu::area(masks.view(), areas.data(), me::Exec{1});
  for (std::int64_t i = 0; i < masks.n(); i++) {
    const std::string reason = me::validate(masks.view()[i]);
    if (!reason.empty()) throw me::Error(me::ErrorKind::malformed_rle, "masks", reason, i);
    me::Buffer<char> text;
    me::append_coco_text(masks.view()[i], text);
    std::cout << areas[static_cast<std::size_t>(i)] << " " << std::string(text.begin(), text.end())
              << "\n";
  }
  return 0;
}
