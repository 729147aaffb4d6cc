// Boxes of masks that are bits: columns by the first and the last bit, rows by what lies above and
// below those found so far, so that a mask is read at most once.
#include <algorithm>

#include "base/parallel.h"
#include "base/poll_some.h"
#include "ops/bbox/bbox.h"
#include "runs/bit_scan.h"

namespace me::cpu {
namespace {

// Bits [from, from + n) of a mask, n in [1, 64].
std::uint64_t bits_at(const std::uint64_t* mask, std::int64_t from, std::int64_t n) {
  return word_at(mask, from) & (~std::uint64_t{0} >> (64 - n));
}

// The first of rows [0, end) with foreground in the column at `start`, else `end`.
std::int64_t first_row(const std::uint64_t* mask, std::int64_t start, std::int64_t end) {
  for (std::int64_t y = 0; y < end; y += 64) {
    poll_some(y / 64 + 1, 1);
    const std::uint64_t bits = bits_at(mask, start + y, std::min<std::int64_t>(64, end - y));
    if (bits != 0) return y + lowest_bit(bits);
  }
  return end;
}

// One past the last of rows [begin, end) with foreground in the column at `start`, else `begin`.
std::int64_t row_end(const std::uint64_t* mask, std::int64_t start, std::int64_t begin,
                     std::int64_t end) {
  for (std::int64_t y = end; y > begin; y -= 64) {
    poll_some((end - y) / 64 + 1, 1);
    const std::int64_t first = std::max(y - 64, begin);
    const std::uint64_t bits = bits_at(mask, start + first, y - first);
    if (bits != 0) return first + highest_bit(bits) + 1;
  }
  return begin;
}

// left, top, right, bottom
void box_of(const std::uint64_t* mask, Size size, std::int64_t* box) {
  std::int64_t first = 0;
  std::int64_t last = words_for(size.area());
  for (; first < last && mask[first] == 0; first++) poll_some(first, 0.5);
  std::fill(box, box + 4, std::int64_t{0});
  if (first == last) return;
  for (; mask[last - 1] == 0; last--) poll_some(last, 0.5);
  const std::int64_t height = size.height;
  box[0] = (64 * first + lowest_bit(mask[first])) / height;
  box[2] = (64 * (last - 1) + highest_bit(mask[last - 1])) / height + 1;
  std::int64_t top = height;
  std::int64_t bottom = 0;
  for (std::int64_t x = box[0]; x < box[2] && (top > 0 || bottom < height); x++) {
    poll_some(x, 5);
    top = first_row(mask, x * height, top);
    bottom = row_end(mask, x * height, bottom, height);
  }
  box[1] = top;
  box[3] = bottom;
}

}  // namespace

void bbox(const PackedView& masks, bool xywh, std::int64_t* boxes, const Exec& exec) {
  const double cost = 50 + 0.5 * masks.mean_words();
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      std::int64_t* const box = boxes + 4 * i;
      box_of(masks.mask(i), masks.size(i), box);
      box[2] -= xywh ? box[0] : 0;
      box[3] -= xywh ? box[1] : 0;
    }
  });
}

}  // namespace me::cpu
