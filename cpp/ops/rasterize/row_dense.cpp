#include "ops/rasterize/row_dense.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "ops/rasterize/row_rules.h"

namespace me::cpu {
namespace {

constexpr double most_extent = 1 << 20;

// One mask.
class DenseRows : public BoxReader {
 public:
  DenseRows(const Size& size, std::int64_t bytes, std::uint64_t value, char* out)
      : size_(size), bytes_(bytes), value_(value), out_(out), unpack_(unpack_of(bytes)) {}

  // What no polygon reaches is cleared when it is clear which box the first one is in.
  void begin(const PixelBox& box) override {
    if (any_) return;
    any_ = true;
    const std::int64_t inside = (box.bottom - box.top) * (box.right - box.left);
    if (inside < size_.area() / 4) {  // once for all rather than row by row
      clear(0, size_.height, 0, size_.width);
      return;
    }
    clear(0, box.top, 0, size_.width);
    clear(box.top, box.bottom, 0, box.left);
    clear(box.top, box.bottom, box.right, size_.width);
    clear(box.bottom, size_.height, 0, size_.width);
  }

  void take(RowBits& bits) override {
    const PixelBox& box = bits.box();
    const std::int64_t width = box.right - box.left;
    for (std::int64_t y = box.top; y < box.bottom; y++) {
      char* const to = at(y, box.left);
      if (!later_) {
        unpack_(bits.row(y), width, value_, to);
        continue;
      }
      row_.resize(width * bytes_);
      unpack_(bits.row(y), width, value_, row_.data());
      for (std::int64_t k = 0; k < row_.size(); k++) {
        to[k] = static_cast<char>(static_cast<unsigned char>(to[k]) |
                                  static_cast<unsigned char>(row_[k]));
      }
    }
  }

  void end_polygon() { later_ = later_ || any_; }
  void finish() {
    if (!any_) clear(0, size_.height, 0, size_.width);
  }

 private:
  char* at(std::int64_t y, std::int64_t x) const { return out_ + (y * size_.width + x) * bytes_; }

  void clear(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right) {
    if (left == right) return;
    const bool together = right - left == size_.width;
    const std::int64_t rows = together ? std::min<std::int64_t>(bottom - top, 1) : bottom - top;
    const std::int64_t pixels = together ? (bottom - top) * size_.width : right - left;
    for (std::int64_t y = top; y < top + rows; y++) {
      std::memset(at(y, left), 0, static_cast<std::size_t>(pixels * bytes_));
    }
  }

  Size size_;
  std::int64_t bytes_;
  std::uint64_t value_;
  char* out_;
  Unpack unpack_;
  bool any_ = false;    // something was written
  bool later_ = false;  // ... by an earlier polygon
  Buffer<char> row_;
};

}  // namespace

bool rows_fit(const PolygonsView& polygons, const Size& size) {
  if (std::max(size.height, size.width) > static_cast<std::int64_t>(most_extent)) return false;
  const double* end = polygons.coords + 2 * polygons.vertices_before(polygons.n);
  bool fit = true;
  for (const double* c = polygons.coords + 2 * polygons.vertices_before(0); c < end; c++) {
    fit &= std::abs(*c) <= most_extent;
  }
  return fit;
}

void fill_dense_rows(const PolygonsView& polygons, const Size& size, PixelRule rule,
                     std::int64_t bytes, std::uint64_t value, char* out, const Exec& exec) {
  if (size.area() == 0 || polygons.n == 0) return;
  const double cost =
      0.05 * static_cast<double>(bytes * size.area()) +
      100.0 * static_cast<double>(polygons.total_vertices()) / static_cast<double>(polygons.n);
  for_ranges(exec, polygons.n, cost, [&](std::int64_t begin, std::int64_t end) {
    RowRules& rules = kept_by_thread<RowRules>([] {});
    for (std::int64_t i = begin; i < end; i++) {
      DenseRows rows(size, bytes, value, out + i * size.area() * bytes);
      for (std::int64_t p = polygons.item_offsets[i]; p < polygons.item_offsets[i + 1]; p++) {
        rules.draw({polygons, i, p, size, FillRule::even_odd}, rule, rows);
        rows.end_polygon();
      }
      rows.finish();
    }
  });
}

}  // namespace me::cpu
