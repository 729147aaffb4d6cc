#include "geometry/box_overlap.h"

#include <cmath>

#include "base/buffer.h"

namespace me {
namespace {

// True for NaN, infinities, and numbers whose products could become infinite.
bool needs_care(const double* boxes, std::int64_t n) {
  bool found = false;
  for (std::int64_t i = 0; i < 4 * n; i++) found |= !(std::fabs(boxes[i]) < 1e150);
  return found;
}

double careful_iou(const Corners& a, const Corners& b, bool crowd) {
  const double width = std::fmin(a.right, b.right) - std::fmax(a.left, b.left);
  if (width <= 0) return 0.0;
  const double height = std::fmin(a.bottom, b.bottom) - std::fmax(a.top, b.top);
  if (height <= 0) return 0.0;
  const double both = width * height;
  return both / (crowd ? a.area : a.area + b.area - both);
}

// The boxes of `a` as columns, so that the inner loop runs on vectors.
struct Columns {
  explicit Columns(std::int64_t n) : values(5 * n), n_boxes(n) {}
  double* operator[](int column) { return values.data() + column * n_boxes; }

  Buffer<double> values;
  std::int64_t n_boxes;
};

void finite_row(Columns& a, const Corners& b, bool crowd, double* out) {
  const double* left = a[0];
  const double* top = a[1];
  const double* right = a[2];
  const double* bottom = a[3];
  const double* area = a[4];
  const double other = crowd ? 0.0 : b.area;
  const double weight = crowd ? 0.0 : 1.0;
  for (std::int64_t i = 0; i < a.n_boxes; i++) {
    const double width =
        (right[i] < b.right ? right[i] : b.right) - (left[i] > b.left ? left[i] : b.left);
    const double height =
        (bottom[i] < b.bottom ? bottom[i] : b.bottom) - (top[i] > b.top ? top[i] : b.top);
    const double both = width * height;
    const double iou = both / (area[i] + other - weight * both);
    out[i] = ((width > 0) & (height > 0)) ? iou : 0.0;
  }
}

}  // namespace

void box_iou(const double* a, std::int64_t n_a, const double* b, std::int64_t n_b,
             const std::uint8_t* crowd, double* out, BoxFormat format) {
  const bool careful = needs_care(a, n_a) || needs_care(b, n_b);
  Columns columns(n_a);
  for (std::int64_t i = 0; i < n_a; i++) {
    const Corners box = corners_of(a + 4 * i, format);
    columns[0][i] = box.left;
    columns[1][i] = box.top;
    columns[2][i] = box.right;
    columns[3][i] = box.bottom;
    columns[4][i] = box.area;
  }
  for (std::int64_t j = 0; j < n_b; j++) {
    const Corners box = corners_of(b + 4 * j, format);
    const bool is_crowd = crowd != nullptr && crowd[j] != 0;
    double* row = out + j * n_a;
    if (!careful) {
      finite_row(columns, box, is_crowd, row);
      continue;
    }
    for (std::int64_t i = 0; i < n_a; i++) {
      row[i] = careful_iou(corners_of(a + 4 * i, format), box, is_crowd);
    }
  }
}

}  // namespace me
