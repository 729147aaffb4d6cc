#include "runs/voxel_joins.h"

#include "base/size.h"
#include "runs/bits.h"

namespace me {
namespace {

// Stands for ranks that are not known yet.
constexpr std::uint32_t ranked[1] = {};

}  // namespace

void VoxelJoiner::add(const TwoPlanes& planes, const char* values, std::int64_t bytes,
                      std::int64_t width, std::int64_t y, std::int64_t z) {
  const std::int64_t words = words_for(width);
  kernels::RunsBeside beside[kernels::most_beside];
  const std::uint64_t* changes[kernels::most_beside];  // of those that are not few runs
  std::int64_t n = 0;
  std::int64_t n_ranked = 0;
  std::int64_t above = -1;
  const auto take = [&](ValueRuns& plane, const std::uint64_t* of_plane, std::int64_t row,
                        std::uint32_t reach) {
    const bool many = plane.runs(row) > kernels::few_runs;
    if (many) changes[n_ranked++] = of_plane + row * words;
    beside[n++] = {plane.row(row), many ? ranked : nullptr, reach};
  };
  const std::uint32_t near = connectivity_ == VoxelConnectivity::faces ? 0 : 1;
  if (planes.before->height() > 0) take(*planes.before, planes.changes_before, y, near);
  if (y > 0) {
    above = n;
    take(*planes.plane, planes.changes, y - 1, near);
  }
  if (connectivity_ != VoxelConnectivity::faces && planes.before->height() > 0) {
    const std::uint32_t far = connectivity_ == VoxelConnectivity::corners ? 1 : 0;
    if (y > 0) take(*planes.before, planes.changes_before, y - 1, far);
    if (y + 1 < planes.before->height()) take(*planes.before, planes.changes_before, y + 1, far);
  }
  planes.plane->add(values, bytes, width, planes.changes + y * words, changes, n_ranked);
  if (above >= 0) beside[above].runs = planes.plane->row(y - 1);  // adding may move it
  for (std::int64_t r = 0, k = 0; k < n_ranked; r++) {
    if (beside[r].ranks != nullptr) beside[r].ranks = planes.plane->ranks(k++);
  }
  const kernels::ValuedRuns row = planes.plane->row(y);
  const kernels::JoinedLabels labels = forest_.room(row.n);
  forest_.take(row, labels.next, kernels_.join(row, beside, n, labels), y, z);
}

PlaneRows to_plane(ValueRuns& plane) {
  PlaneRows out;
  Line line;
  for (std::int64_t y = 0; y < plane.height(); y++) {
    const kernels::ValuedRuns row = plane.row(y);
    to_line(row, line);
    out.add(line, true, nullptr, 0);
    std::copy(row.labels, row.labels + row.n, out.row(y).labels);
  }
  return out;
}

}  // namespace me
