#include "ops/label/volume.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "base/values.h"
#include "runs/row_lines.h"
#include "runs/row_paint.h"
#include "runs/voxel_joins.h"

namespace me::cpu {
namespace {

double plane_cost(const MaskView& slab) {
  const double row = 0.1 * double(element_bytes(slab.element)) * double(slab.width) + 100;
  return row * double(slab.height);
}

}  // namespace

void VolumeLabelling::add(const MaskView& slab, const Exec& exec) {
  const std::int64_t planes = slab.height * slab.width == 0 ? 0 : slab.n;
  const std::int64_t chunks = chunk_count(exec, planes, plane_cost(slab));
  std::vector<Strip> strips(static_cast<std::size_t>(chunks));
  std::vector<std::optional<Found>> found(strips.size());
  for_chunks(exec, planes, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    Strip& strip = strips[static_cast<std::size_t>(c)];
    strip.begin = begin;
    strip.end = end;
    strip.first_plane = planes_ + begin;
    found[static_cast<std::size_t>(c)] = scan(slab, strip, options_.measured, options_.kept);
  });
  for (std::size_t c = 0; c < strips.size(); c++) {
    Strip& strip = strips[c];
    Found& part = *found[c];
    strip.raise = forest_.append(part.forest);
    strip.n_labels = part.forest.size();
    if (strip.end == strip.begin) continue;
    join_planes(last_, last_raise_, part.first, strip.raise, options_.valued, options_.connectivity,
                forest_);
    last_ = std::move(part.last);
    last_raise_ = strip.raise;
    found[c].reset();
  }
  slabs_.push_back(std::move(strips));
  planes_ += slab.n;
}

VolumeLabelling::Found VolumeLabelling::scan(const MaskView& slab, Strip& strip, bool measured,
                                             bool kept) const {
  Found found{VoxelForest(options_.valued, measured), {}, {}};
  const kernels::JoinKernels* join = join_kernels(element_bytes(slab.element));
  if (options_.valued && join != nullptr) {
    scan_values(slab, *join, strip, kept, found);
    return found;
  }
  const std::int64_t words = words_for(slab.width);
  const std::int64_t plane_words = words * slab.height;
  if (kept) strip.changes.resize(plane_words * (strip.end - strip.begin));
  Buffer<std::uint64_t> one_row(words);
  const bool with_bits = !options_.valued && options_.connectivity != VoxelConnectivity::faces;
  Buffer<std::uint64_t> scratch;
  Line line;
  PlaneRows planes[2];
  PlaneRows* before = &planes[0];
  PlaneRows* plane = &planes[1];
  for (std::int64_t z = strip.begin; z < strip.end; z++) {
    RowLines rows(item_of(slab, z), options_.valued);
    std::uint64_t* changes =
        kept ? strip.changes.data() + plane_words * (z - strip.begin) : one_row.data();
    plane->clear();
    for (std::int64_t y = 0; y < slab.height; y++) {
      rows.read(y, changes, line);
      plane->add(line, options_.valued, with_bits ? changes : nullptr, words);
      if (kept) changes += words;
      join_row(*before, *plane, y, strip.first_plane + z - strip.begin, options_.valued,
               options_.connectivity, found.forest, scratch);
    }
    if (kept) {
      for (std::int64_t y = 0; y < slab.height; y++) {
        const PlaneRows::Row row = plane->row(y);
        strip.labels.append(row.labels, row.n);
      }
    }
    if (z == strip.begin) found.first = *plane;
    std::swap(before, plane);
  }
  for (int i = 0; kept && i < kernels::labels_padding; i++) strip.labels.push_back(0);
  found.last = std::move(*before);
  return found;
}

// The same for values that kernels join, many runs at once.
void VolumeLabelling::scan_values(const MaskView& slab, const kernels::JoinKernels& join,
                                  Strip& strip, bool kept, Found& found) const {
  const std::int64_t words = words_for(slab.width);
  const std::int64_t plane_words = words * slab.height;
  const std::int64_t n_planes = strip.end - strip.begin;
  const std::int64_t bytes = element_bytes(slab.element);
  Buffer<std::uint64_t> two(kept ? 0 : 2 * plane_words);
  if (kept) strip.changes.resize(plane_words * n_planes);
  ValueRuns planes[2] = {ValueRuns(join), ValueRuns(join)};
  TwoPlanes at{nullptr, nullptr, &planes[0], &planes[1]};
  VoxelJoiner joiner(join, options_.connectivity, found.forest);
  for (std::int64_t z = 0; z < n_planes; z++) {
    RowLines rows(item_of(slab, strip.begin + z), true);
    std::uint64_t* const changes =
        kept ? strip.changes.data() + plane_words * z : two.data() + plane_words * (z % 2);
    at.changes = changes;
    at.plane->clear();
    for (std::int64_t y = 0; y < slab.height; y++) {
      const char* values = rows.find_changes(y, changes + y * words);
      joiner.add(at, values, bytes, slab.width, y, strip.first_plane + z);
      const kernels::ValuedRuns row = at.plane->row(y);
      if (kept) strip.labels.append(row.labels, row.n);
    }
    if (z == 0) found.first = to_plane(*at.plane);
    at.changes_before = changes;
    std::swap(at.before, at.plane);
  }
  for (int i = 0; kept && i < kernels::labels_padding; i++) strip.labels.push_back(0);
  found.last = to_plane(*at.before);
}

VolumeStats VolumeLabelling::stats() const {
  VolumeStats out;
  out.voxels.reserve(n_);
  out.boxes.reserve(6 * n_);
  out.centroids.reserve(3 * n_);
  out.first_voxels.reserve(3 * n_);
  if (options_.valued) out.values.reserve(n_);
  for (std::int64_t k = 1; k <= n_; k++) {
    poll(60);
    const VoxelSums& sums = forest_.sums(k);
    out.voxels.push_back(static_cast<std::int64_t>(sums.voxels));
    std::int64_t* box = out.boxes.grow(6);
    box[0] = sums.x_begin;
    box[1] = sums.y_begin;
    box[2] = sums.z_begin;
    box[3] = std::int64_t{sums.x_end} - sums.x_begin;
    box[4] = std::int64_t{sums.y_end} - sums.y_begin;
    box[5] = std::int64_t{sums.z_end} - sums.z_begin;
    const double twice = 2.0 * static_cast<double>(sums.voxels);
    double* centre = out.centroids.grow(3);
    centre[0] = sums.twice_x.value() / twice;
    centre[1] = sums.twice_y.value() / twice;
    centre[2] = sums.twice_z.value() / twice;
    std::int64_t* first = out.first_voxels.grow(3);
    first[0] = sums.first_x;
    first[1] = sums.first_y;
    first[2] = sums.z_begin;
    if (options_.valued) out.values.push_back(forest_.value(k));
  }
  return out;
}

void VolumeLabelling::paint(std::int64_t i, const MaskView& slab, const MutableMaskView& out,
                            const Exec& exec) {
  const std::vector<Strip>& strips = slabs_[static_cast<std::size_t>(i)];
  const auto n = static_cast<std::int64_t>(strips.size());
  for_chunks(exec, n, n, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    for (std::int64_t s = begin; s < end; s++) {
      const Strip& strip = strips[static_cast<std::size_t>(s)];
      if (options_.kept) {
        paint_strip(strip, slab, out);
        continue;
      }
      Strip again = strip;
      const Found found = scan(slab, again, false, true);
      require(found.forest.size() == strip.n_labels, ErrorKind::argument, "source",
              "expected the same values when read again");
      paint_strip(again, slab, out);
    }
  });
}

void VolumeLabelling::paint_strip(const Strip& strip, const MaskView& slab,
                                  const MutableMaskView& out) const {
  const std::int64_t width = slab.width;
  const std::int64_t words = words_for(width);
  const std::int64_t bytes = element_bytes(out.element);
  const auto paint_row = paint_kernels().paint[width_index(bytes)];
  const bool one_piece = out.column_stride == bytes || width == 1;
  Buffer<std::uint64_t> row(one_piece ? 0 : (width * bytes + 7) / 8);
  const std::uint32_t* final = forest_.parents() + strip.raise;
  Buffer<std::uint32_t> raised;
  if (options_.valued && strip.raise != 0) {  // background has label 0, which is not raised
    raised.append(final, strip.n_labels);
    raised[0] = 0;
    final = raised.data();
  }
  const std::uint64_t* changes = strip.changes.data();
  const std::uint32_t* labels = strip.labels.data();
  for (std::int64_t z = strip.begin; z < strip.end; z++) {
    for (std::int64_t y = 0; y < slab.height; y++, changes += words) {
      poll(static_cast<double>(width));
      char* to = out.data + z * out.item_stride + y * out.row_stride;
      char* painted = one_piece ? to : reinterpret_cast<char*>(row.data());
      labels += paint_row({changes, width, labels, final, !options_.valued}, painted);
      if (one_piece) continue;
      with_unsigned(bytes, [&](auto zero) {
        using T = decltype(zero);
        const T* from = reinterpret_cast<const T*>(painted);
        for (std::int64_t x = 0; x < width; x++) {
          std::memcpy(to + x * out.column_stride, from + x, sizeof(T));
        }
      });
    }
  }
}

}  // namespace me::cpu
