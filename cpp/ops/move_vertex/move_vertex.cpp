#include "ops/move_vertex/move_vertex.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/kept_by_thread.h"
#include "geometry/fixed_point.h"
#include "ops/move_vertex/change.h"
#include "runs/builder.h"
#include "runs/copy.h"
#include "runs/positions.h"

namespace me::cpu {
namespace {

constexpr double coco_limit = 1e300;

void check_point(const VertexMove& move, const double* xy, EdgeRule rule, const char* parameter) {
  const double limit = rule == EdgeRule::exact ? grid_limit : coco_limit;
  const char* within = rule == EdgeRule::exact ? "2^31" : "1e300";
  for (int k = 0; k < 2; k++) {
    if (std::abs(xy[k]) <= limit) continue;
    const std::string which = k == 0 ? "x" : "y";
    if (!std::isfinite(xy[k])) {
      throw Error(ErrorKind::bad_polygon, parameter, "expected a finite " + which, move.item);
    }
    throw Error(ErrorKind::limit, parameter,
                "expected " + which + " within " + within +
                    " pixels of 0; clip the polygon to the image first",
                move.item);
  }
}

// Runs of a canonical mask of fewer than 2^32 pixels, changed at `toggles`: only the runs between
// the first and the last of them are looked at, the others are copied. False, with `counts` as it
// was, when some run is empty. toggles[n] is the area.
bool splice(const RunList& mask, const std::int64_t* toggles, std::int64_t n,
            Buffer<std::uint32_t>& counts) {
  constexpr std::int64_t block = 64;
  std::int64_t first = 0;
  std::int64_t start = 0;  // where run `first` starts
  for (; first + block <= mask.n; first += block) {
    std::uint32_t sum = 0;  // at most the area
    for (std::int64_t k = 0; k < block; k++) sum += mask.counts[first + k];
    if (start + sum >= toggles[0]) break;
    start += sum;
  }
  while (start + mask.counts[first] < toggles[0]) start += mask.counts[first++];
  const std::int64_t before = counts.size();
  std::uint32_t* out = counts.grow(mask.n + n + 1);
  const std::uint32_t* in = mask.counts;
  std::int64_t run = first;
  bool canonical = first == 0 || in[first] != 0;
  if (first > 0) {  // the first run may be empty
    out[0] = in[0];
    canonical = copy_nonzero(in + 1, first - 1, out + 1) && canonical;
    out += first;
  }
  std::int64_t last = start;
  std::int64_t end = start + in[run];
  const auto next_run = [&] {
    canonical = in[++run] != 0 && canonical;
    end += in[run];
  };
  const auto emit = [&](std::int64_t position) {
    *out++ = static_cast<std::uint32_t>(position - last);
    last = position;
  };
  for (std::int64_t t = 0; t < n && canonical;) {
    if (toggles[t] < end) {
      emit(toggles[t++]);
    } else {
      if (toggles[t] > end) {
        emit(end);
      } else {
        t++;
      }
      next_run();
    }
  }
  if (canonical) {
    emit(end);
    const std::int64_t rest = mask.n - run - 1;
    canonical = copy_nonzero(in + run + 1, rest, out);
    out += rest;
  }
  counts.truncate(canonical ? out - counts.data() : before);
  return canonical;
}

void toggle_runs(const RunList& mask, const Buffer<std::int64_t>& toggles,
                 Buffer<std::uint32_t>& counts) {
  const std::int64_t area = mask.size.area();
  if (area <= UINT32_MAX && splice(mask, toggles.data(), toggles.size() - 1, counts)) return;
  Buffer<std::int64_t> own(mask.n + toggle_padding);
  const std::int64_t n = toggles_of(mask, own.data());
  Buffer<std::int64_t> changed(n + toggles.size());
  const std::int64_t* end = std::set_symmetric_difference(
      own.data(), own.data() + n, toggles.begin(), toggles.end() - 1, changed.data());
  append_toggles(counts, changed.data(), end - changed.data(), area);
}

// Column by column: a stretch of pixels that reaches into the next column spans all rows.
void find_box(const Buffer<std::int64_t>& toggles, std::int64_t n, std::int64_t height,
              std::int64_t* box) {
  std::memset(box, 0, 4 * sizeof *box);
  if (n == 0) return;
  std::int64_t top = height;
  std::int64_t bottom = 0;
  const std::int64_t left = toggles[0] / height;
  const std::int64_t right = (toggles[(n - 1) | 1] - 1) / height;
  std::int64_t column = left * height;  // where it starts
  for (std::int64_t i = 0; i < n; i += 2) {
    if (toggles[i] - column >= height) column = toggles[i] / height * height;
    const std::int64_t end = toggles[i + 1] - column;
    top = std::min(top, end > height ? 0 : toggles[i] - column);
    bottom = std::max(bottom, std::min(end, height));
  }
  box[0] = left;
  box[1] = top;
  box[2] = right + 1 - left;
  box[3] = bottom - top;
}

}  // namespace

bool stands_alone(const PolygonsView& polygons, std::int64_t item, std::int64_t vertex) {
  const Place place = find_vertex(polygons, {item, vertex, 0, 0});
  return 0 < place.vertex && place.vertex < polygons.ring(place.ring).n - 1;
}

Polygons with_vertex(const PolygonsView& polygons, const VertexMove& move) {
  const Place place = find_vertex(polygons, move);
  Polygons out = copy_of(polygons);
  const std::int64_t start = polygons.vertices_before(0);
  double* ring = out.coords.data() + 2 * (polygons.ring_offsets[place.ring] - start);
  for (const std::int64_t at : {place.vertex, place.same}) {
    if (at < 0) continue;
    ring[2 * at] = move.x;
    ring[2 * at + 1] = move.y;
  }
  return out;
}

MovedVertex move_vertex(const RunsView& masks, const PolygonsView& polygons, const VertexMove& move,
                        const double* from, EdgeRule rule) {
  require(masks.n == polygons.n, ErrorKind::shape_mismatch, "masks",
          "expected one mask for each item of polygons");
  const Place place = find_vertex(polygons, move);
  const double to[2] = {move.x, move.y};
  check_point(move, to, rule, "to");
  const Neighbours points = neighbours(polygons.ring(place.ring), place, from);
  for (const double* xy : {points.before, points.at, points.after}) {
    check_point(move, xy, rule, "polygons");
  }
  Change& change = kept_by_thread<Change>([] {});
  const Size size = masks.size(move.item);
  const auto find_toggles = [&]() -> const Buffer<std::int64_t>& {
    if (place.polygons_of_item == 1) return change.toggles(points, move, size, rule);
    const auto moved = [&](double x, double y) {
      return with_vertex(polygons, {move.item, move.vertex, x, y});
    };
    const Polygons before = moved(points.at[0], points.at[1]);
    const Polygons after = moved(move.x, move.y);
    return change.toggles_of_union(before.view(), after.view(), move.item, size, rule);
  };
  const auto& toggles = find_toggles();
  const std::int64_t n = toggles.size() - 1;
  MovedVertex out;
  find_box(toggles, n, size.height, out.box);
  append_toggles(out.change.counts, toggles.data(), n, size.area());
  out.change.end_item(size);
  out.masks.reserve_items(masks.n);
  out.masks.counts.reserve(masks.total_counts() + toggles.size());
  for (std::int64_t i = 0; i < masks.n; i++) {
    const RunList mask = masks[i];
    if (i == move.item) {
      toggle_runs(mask, toggles, out.masks.counts);
    } else {
      out.masks.counts.append(mask.counts, mask.n);
    }
    out.masks.end_item(mask.size);
  }
  return out;
}

void toggle_pixels(const RunsView& change, const MutableMaskView& mask) {
  const RunList runs = change[0];
  std::int64_t row = 0;
  std::int64_t column = 0;
  for (std::int64_t k = 0; k < runs.n; k++) {
    std::int64_t left = runs.counts[k];
    if (k % 2 == 0) {
      row += left;
      column += runs.size.height > 0 ? row / runs.size.height : 0;
      row = runs.size.height > 0 ? row % runs.size.height : 0;
      continue;
    }
    for (; left > 0; left--) {
      mask.data[row * mask.row_stride + column * mask.column_stride] ^= 1;
      if (++row == runs.size.height) {
        row = 0;
        column++;
      }
    }
  }
}

}  // namespace me::cpu
