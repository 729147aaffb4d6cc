// Parity instead of sorting: every crossing flips one bit, in whatever order the edges come. A bit
// of a column scan says that a pixel differs from the one above it, a bit of a row scan from the
// one left of it; an exclusive-or along that direction gives the fill, which is widened to values.
// Only the box of the item is held as bits.
#include "ops/rasterize/dense.h"

#include <algorithm>
#include <cstring>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "base/tuning.h"
#include "base/values.h"
#include "geometry/exact_rule.h"
#include "ops/rasterize/axis.h"
#include "ops/rasterize/row_bits.h"
#include "ops/rasterize/row_spans.h"
#include "runs/bits.h"

namespace me::cpu {
namespace {

PixelBox box_of(const PolygonsView& polygons, std::int64_t first_ring, std::int64_t last_ring,
                const Size& size) {
  Extent extent;
  for (std::int64_t r = first_ring; r < last_ring; r++) {
    const Ring ring = polygons.ring(r);
    for (std::int64_t i = 0; i < ring.n; i++) {
      extent.add(ring.xy[2 * i], ring.xy[2 * i + 1]);
    }
  }
  return extent.box(1, size);
}

PixelBox intersection(const PixelBox& a, const PixelBox& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
          std::min(a.bottom, b.bottom)};
}

// Crossings at the end of the box flip nothing in it. None lies before it, unless another thread
// of the caller changes the coordinates meanwhile.
bool within(std::int64_t value, std::int64_t begin, std::int64_t end) {
  return static_cast<std::uint64_t>(value - begin) < static_cast<std::uint64_t>(end - begin);
}

// Bits of a box, row by row; column `origin` of the image is bit 0.
struct Bits {
  PixelBox box{};
  std::int64_t origin = 0, per_row = 0;
  Buffer<std::uint64_t> words;

  void start(const PixelBox& pixels) {
    box = pixels;
    origin = box.left & -64;
    per_row = words_for(box.right - origin);
    words.resize(per_row * (box.bottom - box.top));
    std::memset(words.data(), 0, static_cast<std::size_t>(words.size()) * sizeof(std::uint64_t));
  }
  std::uint64_t* row(std::int64_t y) { return words.data() + (y - box.top) * per_row; }

  // Flips -> fill, of row y after the row above it.
  void integrate(std::int64_t y, bool by_rows) {
    std::uint64_t* const word = row(y);
    if (!by_rows) {
      if (y == box.top) return;
      for (std::int64_t k = 0; k < per_row; k++) word[k] ^= word[k - per_row];
      return;
    }
    std::uint64_t carry = 0;
    for (std::int64_t k = 0; k < per_row; k++) {
      std::uint64_t bits = word[k];
      if (bits == 0) {
        word[k] = carry;
        continue;
      }
      bits ^= bits << 1;
      bits ^= bits << 2;
      bits ^= bits << 4;
      bits ^= bits << 8;
      bits ^= bits << 16;
      bits ^= bits << 32;
      word[k] = bits ^ carry;
      carry = 0 - (word[k] >> 63);
    }
  }
};

// Where and what to write.
struct Values {
  std::int64_t bytes;
  std::uint64_t value;
  char* out;
};

class DenseFiller {
 public:
  // Writes rows [top, bottom) of an item of one polygon with few crossings, from left to right.
  void fill_spans(const PolygonsView& polygons, std::int64_t item, const Size& size,
                  std::int64_t top, std::int64_t bottom, const Values& values) {
    std::int64_t done = top * size.width;
    const auto fill_to = [&](std::int64_t end, std::uint64_t value) {
      set_values(values.out + done * values.bytes, end - done, values.bytes, value);
      done = end;
    };
    for_each_span(exact_, polygons, item, polygons.item_offsets[item], size, FillRule::even_odd,
                  top, bottom, [&](std::int64_t y, std::int64_t left, std::int64_t right) {
                    if (y * size.width + left > done) fill_to(y * size.width + left, 0);
                    fill_to(y * size.width + right, values.value);
                  });
    fill_to(bottom * size.width, 0);
  }

  // Writes the pixels of `part`, which holds whole rows when `by_rows`, else whole columns.
  void fill(const PolygonsView& polygons, std::int64_t item, const Size& size, bool by_rows,
            const PixelBox& part, const Values& values) {
    const std::int64_t first = polygons.item_offsets[item];
    const std::int64_t last = polygons.item_offsets[item + 1];
    const PixelBox all = intersection(part, box_of(polygons, polygons.polygon_offsets[first],
                                                   polygons.polygon_offsets[last], size));
    Bits& result = last - first == 1 ? bits_ : total_;
    if (!all.empty()) {
      result.start(all);
      for (std::int64_t p = first; p < last; p++) {
        if (last - first > 1) {
          const PixelBox box = intersection(all, box_of(polygons, polygons.polygon_offsets[p],
                                                        polygons.polygon_offsets[p + 1], size));
          if (box.empty()) continue;
          bits_.start(box);
        }
        flip(polygons, item, p, size, by_rows);
        if (last - first > 1) unite(by_rows);
      }
    }
    write(result, last - first == 1, by_rows, all, part, size.width, values);
  }

 private:
  void flip(const PolygonsView& polygons, std::int64_t item, std::int64_t polygon, const Size& size,
            bool by_rows) {
    const PixelBox& box = bits_.box;
    std::uint64_t* const words = bits_.words.data();
    const std::int64_t per_row = bits_.per_row;
    const std::int64_t origin = bits_.origin;
    if (by_rows) {
      const Target target{polygons,           item, polygon, {size.width, size.height},
                          FillRule::even_odd, true, box.top, box.bottom};
      exact_.crossings(target, [&](std::int64_t y, std::int64_t n, const std::uint32_t* columns) {
        std::uint64_t* row = words + (y - box.top) * per_row;
        for (std::int64_t i = 0; i < n; i++, row += per_row) {
          const std::int64_t x = columns[i];
          if (within(x, box.left, box.right))
            row[(x - origin) >> 6] ^= std::uint64_t{1} << (x & 63);
        }
      });
      return;
    }
    const Target target{polygons,           item,  polygon,  size,
                        FillRule::even_odd, false, box.left, box.right};
    exact_.crossings(target, [&](std::int64_t x, std::int64_t n, const std::uint32_t* rows) {
      for (std::int64_t i = 0; i < n; i++, x++) {
        const std::int64_t y = rows[i];
        if (!within(y, box.top, box.bottom)) continue;
        words[(y - box.top) * per_row + ((x - origin) >> 6)] ^= std::uint64_t{1} << (x & 63);
      }
    });
  }

  void unite(bool by_rows) {
    const std::int64_t shift = (bits_.origin - total_.origin) / 64;
    for (std::int64_t y = bits_.box.top; y < bits_.box.bottom; y++) {
      bits_.integrate(y, by_rows);
      const std::uint64_t* from = bits_.row(y);
      std::uint64_t* to = total_.row(y) + shift;
      for (std::int64_t k = 0; k < bits_.per_row; k++) to[k] |= from[k];
    }
  }

  // Pixels of `part` outside of `box` become zero. A row of bits may begin left of the box, but not
  // left of the part: parts that are not whole rows begin at multiples of 64.
  static void write(Bits& bits, bool flips, bool by_rows, const PixelBox& box, const PixelBox& part,
                    std::int64_t width, const Values& values) {
    const std::int64_t bytes = values.bytes;
    char* const out = values.out;
    const Unpack unpack = unpack_of(bytes);
    const auto clear = [&](std::int64_t y, std::int64_t left, std::int64_t right) {
      std::memset(out + (y * width + left) * bytes, 0,
                  static_cast<std::size_t>((right - left) * bytes));
    };
    for (std::int64_t y = part.top; y < part.bottom; y++) {
      if (box.empty() || y < box.top || y >= box.bottom) {
        clear(y, part.left, part.right);
        continue;
      }
      if (flips) bits.integrate(y, by_rows);  // what is read next is then in the first cache
      clear(y, part.left, bits.origin);
      unpack(bits.row(y), box.right - bits.origin, values.value,
             out + (y * width + bits.origin) * bytes);
      clear(y, box.right, part.right);
    }
  }

  ExactRule exact_;
  Bits bits_;
  Bits total_;
};

}  // namespace

void check_exact(const PolygonsView& polygons) {
  for (std::int64_t i = 0; i < polygons.n; i++) {
    for (std::int64_t p = polygons.item_offsets[i]; p < polygons.item_offsets[i + 1]; p++) {
      ExactRule::check({polygons, i, p, {}, FillRule::even_odd});
    }
  }
}

void fill_dense(const PolygonsView& polygons, const Size& size, std::int64_t bytes,
                std::uint64_t value, char* out, const Exec& exec) {
  if (size.area() == 0 || polygons.n == 0) return;
  // Large items are cut into parts, so that threads share one.
  const double each =
      0.15 * static_cast<double>(bytes * size.area()) +
      30.0 * static_cast<double>(polygons.total_vertices()) / static_cast<double>(polygons.n);
  const std::int64_t parts =
      polygons.n >= exec.threads || each < tuning::rasterize_part_ns ? 1 : exec.threads;
  const double cost = each / static_cast<double>(parts);
  for_ranges(exec, polygons.n * parts, cost, [&](std::int64_t begin, std::int64_t end) {
    DenseFiller& filler = kept_by_thread<DenseFiller>([] {});
    for (std::int64_t k = begin; k < end; k++) {
      const std::int64_t item = k / parts;
      const Crossings crossings = count_crossings(polygons, item, size);
      const Values values{bytes, value, out + item * size.area() * bytes};
      const bool spans =
          polygons.item_offsets[item + 1] - polygons.item_offsets[item] == 1 &&
          crossings.rows < static_cast<double>(size.height) * tuning::dense_row_crossings;
      const bool by_rows = spans || crossings.rows < crossings.columns * tuning::dense_rows_share;
      const std::int64_t length = by_rows ? size.height : size.width;
      const std::int64_t step = 64 * words_for((length + parts - 1) / parts);
      const std::int64_t from = std::min(k % parts * step, length);
      const std::int64_t to = std::min(from + step, length);
      const PixelBox part =
          by_rows ? PixelBox{0, from, size.width, to} : PixelBox{from, 0, to, size.height};
      if (part.empty()) continue;
      if (spans) {
        filler.fill_spans(polygons, item, size, part.top, part.bottom, values);
      } else {
        filler.fill(polygons, item, size, by_rows, part, values);
      }
    }
  });
}

}  // namespace me::cpu
