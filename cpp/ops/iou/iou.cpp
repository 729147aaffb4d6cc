#include "ops/iou/iou.h"

#include <cstring>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "runs/bands.h"
#include "runs/popcount.h"
#include "runs/scratch.h"
#include "runs/segments.h"
#include "runs/span_bits.h"

namespace me::cpu {
namespace {

double ratio(std::int64_t shared, std::int64_t area_a, std::int64_t area_b, bool crowd) {
  if (shared == 0) return 0.0;
  const std::int64_t either = crowd ? area_a : area_a + area_b - shared;
  return static_cast<double>(shared) / static_cast<double>(either);
}

template <class View>
void check_size(const char* parameter, const View& masks, std::int64_t i, Size wanted,
                const std::string& source) {
  if (masks.size(i) == wanted) return;
  throw Error(
      ErrorKind::shape_mismatch, parameter,
      "expected the size " + text_of(wanted) + " of " + source + ", got " + text_of(masks.size(i)),
      i);
}

// Whether a mask that meets so many others is worth its bits: few words for its segments.
template <class Position>
bool wants_bands(const Segments<Position>& mask, std::int64_t partners) {
  const std::int64_t words = word_count(bands_of(mask.box));
  return partners >= tuning::iou_bits_partners && words <= tuning::iou_words_per_segment * mask.n;
}

// The columns [begin, end) of the matrix whose bits are held at the same time.
template <class Position>
class Tile {
 public:
  // Takes masks from `begin` on until their bits fill the budget.
  Tile(const SegmentTable<Position>& table, std::int64_t height, std::int64_t from,
       std::int64_t partners, const Exec& exec)
      : begin(from), end(from) {
    std::int64_t words = 0;
    std::int64_t segments = 0;
    for (; end < table.n() && words < tuning::iou_tile_words; end++) {
      const Segments<Position>& mask = table[end];
      const bool wanted = wants_bands(mask, partners);
      bands_.push_back(wanted ? bands_of(mask.box) : Bands{});
      if (!wanted) continue;
      words += word_count(bands_.back());
      segments += mask.n;
    }
    words_.resize(words);
    std::uint64_t* next = words_.data();
    for (Bands& bands : bands_) {
      const std::int64_t room = word_count(bands);
      if (room > 0) bands.words = next;
      next += room;
    }
    const double cost = double(words) + 2 * double(segments);
    const std::int64_t n = end - begin;
    for_ranges(exec, n, cost / double(n), [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t k = first; k < last; k++) fill(table[begin + k], height, bands_[k]);
    });
  }

  const Bands& operator[](std::int64_t j) const { return bands_[j - begin]; }

  std::int64_t begin;
  std::int64_t end;

 private:
  void fill(const Segments<Position>& mask, std::int64_t height, const Bands& bands) {
    const std::int64_t words = word_count(bands);
    if (words == 0) return;
    std::uint64_t* const at = words_.data() + (bands.words - words_.data());
    std::memset(at, 0, static_cast<std::size_t>(words) * 8);
    fill_bands(mask, height, bands, at);
  }

  Buffer<Bands> bands_;
  Buffer<std::uint64_t> words_;
};

std::int64_t shared_area(const Bands& a, const Bands& b, kernels::SharedBits kernel) {
  const std::int64_t left = std::max(a.left, b.left);
  const std::int64_t first = std::max(a.first, b.first);
  const std::int64_t columns = std::min(a.right, b.right) - left;
  const std::int64_t rows = std::min(a.last, b.last) - first;
  const std::int64_t a_width = a.right - a.left;
  const std::int64_t b_width = b.right - b.left;
  return kernel(a.words + (first - a.first) * a_width + (left - a.left), a_width,
                b.words + (first - b.first) * b_width + (left - b.left), b_width, columns, rows);
}

// One row of the matrix, for the columns of a tile.
template <class Position>
void fill_row(const Segments<Position>& mask, std::int64_t height,
              const SegmentTable<Position>& table, const Tile<Position>& tile,
              const std::uint8_t* crowd, double* out) {
  Buffer<std::uint64_t>& kept = kept_by_thread<Buffer<std::uint64_t>>([] {});
  const bool wanted = wants_bands(mask, tile.end - tile.begin);
  Bands bands = bands_of(mask.box);
  const std::int64_t words = wanted ? word_count(bands) : 0;
  const Scratch<std::uint64_t> scratch(kept, words);
  const kernels::SharedBits kernel = shared_bits();
  for (std::int64_t j = tile.begin; j < tile.end; j++) {
    const Segments<Position>& other = table[j];
    if (!boxes_meet(mask.box, other.box)) {
      out[j] = 0.0;
      continue;
    }
    const Bands& other_bands = tile[j];
    std::int64_t shared = 0;
    if (wanted && other_bands.words != nullptr) {
      if (bands.words == nullptr) {  // the first column that needs them
        std::memset(scratch.data(), 0, static_cast<std::size_t>(words) * 8);
        fill_bands(mask, height, bands, scratch.data());
        bands.words = scratch.data();
      }
      shared = shared_area(bands, other_bands, kernel);
    } else {
      shared = shared_area(mask, other);
    }
    poll(10 + static_cast<double>(mask.n + other.n));
    out[j] = ratio(shared, mask.area, other.area, crowd != nullptr && crowd[j] != 0);
  }
}

template <class Position>
void fill_matrix(const RunsView& a, const RunsView& b, const std::uint8_t* crowd, double* out,
                 const Exec& exec) {
  const std::int64_t height = a.size(0).height;
  const SegmentTable<Position> rows(a, exec);
  const SegmentTable<Position> columns(b, exec);
  const double runs_each = a.mean_counts() + b.mean_counts();
  const double pair_cost = 30.0 + 0.05 * runs_each;  // the boxes of most pairs do not meet
  for (std::int64_t from = 0; from < b.n;) {
    const Tile<Position> tile(columns, height, from, a.n, exec);
    const double row_cost = pair_cost * static_cast<double>(tile.end - tile.begin);
    for_ranges(exec, a.n, row_cost, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; i++) {
        fill_row(rows[i], height, columns, tile, crowd, out + i * b.n);
      }
    });
    from = tile.end;
  }
}

std::int64_t area_of(const RunList& runs) {
  std::int64_t sum = 0;
  for (std::int64_t k = 1; k < runs.n; k += 2) sum += runs.counts[k];
  return sum;
}

// Through bits by position: for masks with about a run per word or more.
std::int64_t shared_as_bits(const RunList& a, const RunList& b) {
  const std::int64_t words = (a.size.area() + 63) / 64;
  const std::int64_t stretch = std::min(tuning::combine_stretch_words, words);
  SpanBits first(stretch);
  SpanBits second(stretch);
  SpanReader from_a(a, true);
  SpanReader from_b(b, true);
  const kernels::SharedBits kernel = shared_bits();
  std::int64_t shared = 0;
  for (std::int64_t k = 0; k < words; k += stretch) {
    first.clear();
    second.clear();
    first.add<SpanMode::fill, false>(from_a);
    second.add<SpanMode::fill, false>(from_b);
    shared += kernel(first.words(), 0, second.words(), 0, std::min(stretch, words - k), 1);
  }
  return shared;
}

template <class Position>
std::int64_t shared_as_segments(const RunList& a, const RunList& b) {
  Buffer<Position>& kept = kept_by_thread<Buffer<Position>>([] {});
  const Scratch<Position> scratch(kept, a.n + b.n + 2 * toggle_padding);
  Position* const of_a = scratch.data();
  Position* const of_b = of_a + a.n + toggle_padding;
  const std::int64_t na = toggles_of(a, of_a);
  const std::int64_t nb = toggles_of(b, of_b);
  return me::shared_area(Segments<Position>{of_a, (na + 1) / 2, 0, {}},
                         Segments<Position>{of_b, (nb + 1) / 2, 0, {}});
}

std::int64_t shared_area(const RunList& a, const RunList& b) {
  const double words = static_cast<double>(a.size.area()) / 64;
  if (static_cast<double>(a.n + b.n) > tuning::iou_bits_runs_per_word * words) {
    return shared_as_bits(a, b);
  }
  return a.size.area() <= UINT32_MAX ? shared_as_segments<std::uint32_t>(a, b)
                                     : shared_as_segments<std::int64_t>(a, b);
}

template <class View>
void check_matrix(const View& a, const View& b) {
  const Size size = a.size(0);
  for (std::int64_t i = 0; i < a.n; i++) check_size("a", a, i, size, "a[0]");
  for (std::int64_t j = 0; j < b.n; j++) check_size("b", b, j, size, "a[0]");
}

template <class View>
void check_pairs(const View& a, const View& b, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t ia = a.n == 1 ? 0 : i;
    check_size("b", b, b.n == 1 ? 0 : i, a.size(ia), "a[" + std::to_string(ia) + "]");
  }
}

Buffer<std::int64_t> areas_of(const PackedView& masks) {
  Buffer<std::int64_t> areas(masks.n);
  for (std::int64_t i = 0; i < masks.n; i++) {
    areas[i] = masks.area(i);
    poll(0.2 * masks.mean_words());
  }
  return areas;
}

// The IoU of n pairs of bits, pair k being masks place(k).
template <class Place>
void each_pair(const PackedView& a, const PackedView& b, std::int64_t n, const std::uint8_t* crowd,
               double* out, const Exec& exec, Place place) {
  const kernels::SharedBits kernel = shared_bits();
  const Buffer<std::int64_t> areas_a = areas_of(a);
  const Buffer<std::int64_t> areas_b = areas_of(b);
  for_ranges(exec, n, 50 + 0.5 * a.mean_words(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; k++) {
      const auto [i, j] = place(k);
      const std::int64_t words = a.offsets[i + 1] - a.offsets[i];
      const std::int64_t shared = kernel(a.mask(i), 0, b.mask(j), 0, words, 1);
      out[k] = ratio(shared, areas_a[i], areas_b[j], crowd != nullptr && crowd[j] != 0);
    }
  });
}

}  // namespace

void iou_matrix(const RunsView& a, const RunsView& b, const std::uint8_t* crowd, double* out,
                const Exec& exec) {
  if (a.n == 0 || b.n == 0) return;
  if (a.n == 1 && b.n == 1) return iou_pairs(a, b, crowd, out, exec);  // needs no tables
  check_matrix(a, b);
  if (a.size(0).area() <= UINT32_MAX) {
    fill_matrix<std::uint32_t>(a, b, crowd, out, exec);
  } else {
    fill_matrix<std::int64_t>(a, b, crowd, out, exec);
  }
}

void iou_matrix(const PackedView& a, const PackedView& b, const std::uint8_t* crowd, double* out,
                const Exec& exec) {
  if (a.n == 0 || b.n == 0) return;
  check_matrix(a, b);
  each_pair(a, b, a.n * b.n, crowd, out, exec,
            [&b](std::int64_t k) { return std::pair(k / b.n, k % b.n); });
}

std::int64_t iou_pair_count(std::int64_t a, std::int64_t b) {
  if (a != b && a != 1 && b != 1) {
    throw Error(
        ErrorKind::shape_mismatch, "b",
        "expected " + std::to_string(a) + " masks, as in a, or one, got " + std::to_string(b));
  }
  return a == 1 ? b : a;
}

void iou_pairs(const RunsView& a, const RunsView& b, const std::uint8_t* crowd, double* out,
               const Exec& exec) {
  const std::int64_t n = iou_pair_count(a.n, b.n);
  check_pairs(a, b, n);
  const double runs_each = a.mean_counts() + b.mean_counts();
  for_ranges(exec, n, 50 + 2 * runs_each, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      const std::int64_t j = b.n == 1 ? 0 : i;
      const RunList one = a[a.n == 1 ? 0 : i];
      const RunList other = b[j];
      out[i] = ratio(shared_area(one, other), area_of(one), area_of(other),
                     crowd != nullptr && crowd[j] != 0);
    }
  });
}

void iou_pairs(const PackedView& a, const PackedView& b, const std::uint8_t* crowd, double* out,
               const Exec& exec) {
  const std::int64_t n = iou_pair_count(a.n, b.n);
  check_pairs(a, b, n);
  each_pair(a, b, n, crowd, out, exec,
            [&](std::int64_t k) { return std::pair(a.n == 1 ? 0 : k, b.n == 1 ? 0 : k); });
}

}  // namespace me::cpu
