// Masks as people draw them: a few thousand changes of value in an image of millions of pixels.
// Each is listed as it is met, row by row; counting them by column says where in the sorted list
// each column starts.
#include <algorithm>

#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "base/tuning.h"
#include "ops/encode/paths.h"
#include "runs/pack_changes.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

constexpr std::int64_t side_limit = 1 << 16;  // of a column or a row in an entry of the list

std::int64_t changes_allowed(std::int64_t width, std::int64_t rows) {
  return 16 * width + width * rows / tuning::encode_change_pixels;
}

// Turns the changes of each column into where its first one is in the sorted list, with the starts
// of columns among them, whose positions are written. Returns the length of the list.
std::int64_t place_columns(const StripPlace& strip, std::int64_t height, const std::uint64_t* top,
                           const std::uint64_t* bottom, std::uint32_t* per_column,
                           std::uint32_t* positions) {
  std::uint32_t place = 0;
  std::uint64_t left = strip.left;
  for (std::int64_t k = 0; k < strip.per_row; k++) {
    std::uint64_t starts = top[k] ^ (bottom[k] << 1 | left);
    left = bottom[k] >> 63;
    const std::int64_t end = std::min(64 * k + 64, strip.width);
    for (std::int64_t x = 64 * k; x < end; x++, starts >>= 1) {
      positions[place] = static_cast<std::uint32_t>(x * height);
      place += static_cast<std::uint32_t>(starts & 1);
      const std::uint32_t changes = per_column[x];
      per_column[x] = place;
      place += changes;
    }
  }
  return place;
}

// Changes at positions[0, n) after `base`, in order.
void write_changes(const std::uint32_t* positions, std::int64_t n, std::int64_t base,
                   std::int64_t end, ChangeWriter& writer) {
  if (n == 0) return;
  ChangeState state = writer.reserve(n, end);
  state.write(1, base + positions[0]);
  std::uint32_t* const out = state.out - 1;
  for (std::int64_t i = 1; i < n; i++) out[i] = positions[i] - positions[i - 1];
  state.out += n - 1;
  state.last = base + positions[n - 1];
  writer.commit(state);
}

}  // namespace

bool encode_few_changes(const Item& item, const RowPacker& pack, const StripPlace& strip,
                        ChangeWriter& writer) {
  Buffer<std::uint64_t>& kept_words = kept_by_thread<Buffer<std::uint64_t>>([] {});
  Buffer<std::uint32_t>& kept_list = kept_by_thread<Buffer<std::uint32_t>>([] {});
  Buffer<std::uint32_t>& kept_columns = kept_by_thread<Buffer<std::uint32_t>>([] {});
  Buffer<std::uint32_t>& kept_positions = kept_by_thread<Buffer<std::uint32_t>>([] {});
  const std::int64_t height = item.size.height;
  if (strip.width > side_limit || height > side_limit || strip.width * height > UINT32_MAX) {
    return false;
  }
  constexpr std::int64_t group = kernels::change_rows;
  const std::int64_t per_row = strip.per_row;
  const Scratch<std::uint64_t> words(kept_words, (group + 2) * per_row);
  const Scratch<std::uint32_t> columns(kept_columns, 64 * per_row);
  const Scratch<std::uint32_t> entries(kept_list,
                                       changes_allowed(strip.width, height) + 64 * group * per_row);
  std::fill(columns.data(), columns.data() + 64 * per_row, std::uint32_t{0});
  std::uint64_t* const top = words.data() + group * per_row;
  std::uint64_t* const above = top + per_row;
  const char* const first = item.data + 64 * strip.begin * item.column_stride;
  pack(first, strip.width, top);
  std::copy(top, top + per_row, above);  // the first row differs from nothing
  const ChangePacker take(pack, strip.width, item.row_stride);
  kernels::ChangeList list{above, columns.data(), entries.data()};
  for (std::int64_t y = 0; y < height; y += group) {
    poll(0.1 * static_cast<double>(group * strip.width));
    take(first + y * item.row_stride, std::min(group, height - y), static_cast<std::uint32_t>(y),
         words.data(), list);
    if (list.next - entries.data() > changes_allowed(strip.width, y)) return false;
  }
  const std::int64_t listed = list.next - entries.data();
  const Scratch<std::uint32_t> positions(kept_positions, listed + strip.width + 1);
  const std::int64_t n = place_columns(strip, height, top, above, columns.data(), positions.data());
  std::uint32_t* const places = columns.data();
  const auto rows = static_cast<std::uint32_t>(height);
  for (const std::uint32_t* entry = entries.data(); entry != list.next; entry++) {
    const std::uint32_t column = *entry >> 16;
    positions.data()[places[column]++] = column * rows + (*entry & 0xFFFF);
  }
  const std::int64_t base = 64 * strip.begin * height;
  write_changes(positions.data(), n, base, base + strip.width * height, writer);
  return true;
}

}  // namespace me::cpu
