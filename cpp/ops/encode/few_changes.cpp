// Masks as people draw them: a few thousand changes of value in an image of millions of pixels.
// Each is listed as it is met, row by row; counting them by column says where in the sorted list
// each column starts.
#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "ops/encode/paths.h"
#include "runs/pack_changes.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

constexpr std::int64_t side_limit = 1 << 16;  // of a column or a row in an entry of the list

// In so many rows of an image of which `bands` are listed apart.
std::int64_t changes_allowed(std::int64_t width, std::int64_t rows, std::int64_t bands) {
  return 16 * width / bands + width * rows / tuning::encode_change_pixels;
}

// Entries that there must be room for.
std::int64_t most_entries(std::int64_t width, std::int64_t rows, std::int64_t bands) {
  return changes_allowed(width, rows, bands) + 64 * kernels::change_rows * words_for(width);
}

// Lists the changes of rows [begin, end), whose first pixel of row 0 is at `first`; calls listed()
// after every change_rows of them. Gives up where there are too many; `words` has room for the bits
// of change_rows rows.
template <class Listed>
bool list_rows(const Item& item, const RowPacker& pack, const char* first, std::int64_t width,
               std::int64_t begin, std::int64_t end, std::int64_t bands, std::uint64_t* words,
               kernels::ChangeList& list, Listed listed) {
  constexpr std::int64_t group = kernels::change_rows;
  const ChangePacker take(pack, width, item.row_stride);
  const std::uint32_t* const entries = list.next;
  for (std::int64_t y = begin; y < end; y += group) {
    poll(0.1 * static_cast<double>(group * width));
    take(first + y * item.row_stride, std::min(group, end - y), static_cast<std::uint32_t>(y),
         words, list);
    if (list.next - entries > changes_allowed(width, y - begin, bands)) return false;
    listed();
  }
  return true;
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

// Some columns, whole words of them, and the places [first, last) of their changes in the sorted
// list.
struct Stretch {
  std::int64_t begin, end;
  std::int64_t first, last;
};

std::vector<Stretch> stretches_of(std::int64_t width, std::int64_t wanted) {
  const std::int64_t words = words_for(width);
  const std::int64_t n = std::min(words, wanted);
  std::vector<Stretch> all;
  for (std::int64_t k = 0; k < n; k++) {
    all.push_back(
        {64 * chunk_begin(words, n, k), std::min(64 * chunk_begin(words, n, k + 1), width), 0, 0});
  }
  return all;
}

// What one thread lists of an image: the changes of some rows.
struct Band {
  Buffer<std::uint64_t> words;    // change_rows rows, then `top` and `above`
  Buffer<std::uint32_t> columns;  // changes of each column, later where its next one goes
  Buffer<std::uint32_t> entries;
  Buffer<std::int64_t> marks;      // of each group of rows: where the entries of stretches begin
  std::uint64_t* top = nullptr;    // the first row of the image, in the first band
  std::uint64_t* above = nullptr;  // the last row of the band

  // Lists one of `bands`, rows [begin, end). False when there are too many changes.
  bool list(const Item& item, const RowPacker& pack, std::int64_t begin, std::int64_t end,
            std::int64_t bands, const std::vector<Stretch>& stretches) {
    constexpr std::int64_t group = kernels::change_rows;
    const std::int64_t width = item.size.width;
    const std::int64_t per_row = words_for(width);
    words.grow((group + 2) * per_row);
    columns.grow(64 * per_row);
    entries.grow(most_entries(width, end - begin, bands));
    std::fill(columns.begin(), columns.end(), std::uint32_t{0});
    top = words.data() + group * per_row;
    above = top + per_row;
    pack(item.data + std::max<std::int64_t>(begin - 1, 0) * item.row_stride, width, top);
    std::copy(top, top + per_row, above);  // the first row differs from nothing
    kernels::ChangeList list{above, columns.data(), entries.data()};
    const std::uint32_t* from = entries.data();
    marks.push_back(0);
    const bool few =
        list_rows(item, pack, item.data, width, begin, end, bands, words.data(), list, [&] {
          for (const Stretch& stretch : stretches) {  // words come in order within a group
            from = std::partition_point(
                from, static_cast<const std::uint32_t*>(list.next),
                [&](std::uint32_t entry) { return entry >> 16 < stretch.end; });
            marks.push_back(from - entries.data());
          }
        });
    entries.truncate(list.next - entries.data());
    return few;
  }
};

// As place_columns, for bands one below the other; sets the places of stretches.
void place_bands(std::vector<Band>& bands, std::int64_t height, std::vector<Stretch>& stretches,
                 std::uint32_t* positions) {
  const std::uint64_t* const top = bands.front().top;
  const std::uint64_t* const bottom = bands.back().above;
  std::uint32_t place = 0;
  std::uint64_t left = 0;
  for (Stretch& stretch : stretches) {
    stretch.first = place;
    for (std::int64_t x = stretch.begin; x < stretch.end; x++) {
      const std::int64_t shift = x & 63;
      positions[place] = static_cast<std::uint32_t>(x * height);
      place += static_cast<std::uint32_t>((top[x >> 6] >> shift & 1) ^ left);
      left = bottom[x >> 6] >> shift & 1;
      for (Band& band : bands) {
        const std::uint32_t changes = band.columns[x];
        band.columns[x] = place;
        place += changes;
      }
    }
    stretch.last = place;
  }
}

// Puts the changes of stretch k of n in order and writes the counts between them, all but the
// first.
void write_stretch(std::vector<Band>& bands, const Stretch& stretch, std::int64_t k, std::int64_t n,
                   std::int64_t height, std::uint32_t* positions, std::uint32_t* counts) {
  const auto rows = static_cast<std::uint32_t>(height);
  for (Band& band : bands) {
    std::uint32_t* const places = band.columns.data();
    for (std::int64_t mark = k; mark + 1 < band.marks.size(); mark += n) {
      const std::uint32_t* const end = band.entries.data() + band.marks[mark + 1];
      for (const std::uint32_t* entry = band.entries.data() + band.marks[mark]; entry != end;
           entry++) {
        const std::uint32_t column = *entry >> 16;
        positions[places[column]++] = column * rows + (*entry & 0xFFFF);
      }
    }
    poll(static_cast<double>(band.entries.size()) / static_cast<double>(n));
  }
  for (std::int64_t i = stretch.first + 1; i < stretch.last; i++) {
    counts[i] = positions[i] - positions[i - 1];
  }
}

}  // namespace

bool fits_entries(const Size& size) {
  return size.width <= side_limit && size.height <= side_limit && size.area() <= UINT32_MAX;
}

bool encode_bands(const Item& item, const RowPacker& pack, const Exec& exec, std::int64_t n_bands,
                  Buffer<std::uint32_t>& counts) {
  constexpr std::int64_t group = kernels::change_rows;
  const std::int64_t height = item.size.height;
  std::vector<Stretch> stretches = stretches_of(item.size.width, 2 * std::int64_t{exec.threads});
  std::vector<Band> bands(static_cast<std::size_t>(n_bands));
  std::atomic<bool> few{true};
  for_chunks(exec, (height + group - 1) / group, n_bands,
             [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
               if (!few) return;
               Band band;
               const std::int64_t stop = std::min(group * end, height);
               if (!band.list(item, pack, group * begin, stop, n_bands, stretches)) few = false;
               bands[static_cast<std::size_t>(c)] = std::move(band);
             });
  if (!few) return false;
  std::int64_t listed = 0;
  for (const Band& band : bands) listed += band.entries.size();
  Buffer<std::uint32_t> positions(listed + item.size.width + 1);
  place_bands(bands, height, stretches, positions.data());
  const std::int64_t n = stretches.back().last;
  std::uint32_t* const out = counts.grow(n + 1);
  const auto n_stretches = static_cast<std::int64_t>(stretches.size());
  for_chunks(exec, n_stretches, n_stretches, [&](std::int64_t c, std::int64_t, std::int64_t) {
    write_stretch(bands, stretches[static_cast<std::size_t>(c)], c, n_stretches, height,
                  positions.data(), out);
  });
  std::uint32_t before = 0;
  for (const Stretch& stretch : stretches) {
    if (stretch.first == stretch.last) continue;
    out[stretch.first] = positions[stretch.first] - before;
    before = positions[stretch.last - 1];
  }
  out[n] = static_cast<std::uint32_t>(item.size.area()) - before;
  return true;
}

bool encode_few_changes(const Item& item, const RowPacker& pack, const StripPlace& strip,
                        ChangeWriter& writer) {
  Buffer<std::uint64_t>& kept_words = kept_by_thread<Buffer<std::uint64_t>>([] {});
  Buffer<std::uint32_t>& kept_list = kept_by_thread<Buffer<std::uint32_t>>([] {});
  Buffer<std::uint32_t>& kept_columns = kept_by_thread<Buffer<std::uint32_t>>([] {});
  Buffer<std::uint32_t>& kept_positions = kept_by_thread<Buffer<std::uint32_t>>([] {});
  const std::int64_t height = item.size.height;
  if (!fits_entries({height, strip.width})) return false;
  constexpr std::int64_t group = kernels::change_rows;
  const std::int64_t per_row = strip.per_row;
  const Scratch<std::uint64_t> words(kept_words, (group + 2) * per_row);
  const Scratch<std::uint32_t> columns(kept_columns, 64 * per_row);
  const Scratch<std::uint32_t> entries(kept_list, most_entries(strip.width, height, 1));
  std::fill(columns.data(), columns.data() + 64 * per_row, std::uint32_t{0});
  std::uint64_t* const top = words.data() + group * per_row;
  std::uint64_t* const above = top + per_row;
  const char* const first = item.data + 64 * strip.begin * item.column_stride;
  pack(first, strip.width, top);
  std::copy(top, top + per_row, above);  // the first row differs from nothing
  kernels::ChangeList list{above, columns.data(), entries.data()};
  if (!list_rows(item, pack, first, strip.width, 0, height, 1, words.data(), list, [] {}))
    return false;
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
