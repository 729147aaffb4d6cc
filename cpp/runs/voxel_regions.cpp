#include "runs/voxel_regions.h"

namespace me {
namespace {

// Calls touch(j, k) for each run k of `row` and each run j of `before` that it touches; runs with
// skipped[k] != 0 are passed over.
template <class Touch>
inline void for_each_contact(const PlaneRows::Row& before, const PlaneRows::Row& row,
                             std::uint32_t reach, const std::uint8_t* skipped, Touch touch) {
  const std::uint32_t* above = before.bounds;
  const std::uint32_t* here = row.bounds;
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < row.n; k++) {
    if (skipped != nullptr && skipped[k] != 0) continue;
    const std::uint32_t begin = here[2 * k];
    const std::uint32_t end = here[2 * k + 1];
    while (above[2 * j + 1] + reach <= begin) j++;
    if (above[2 * j] >= end + reach) continue;
    touch(j, k);
    while (above[2 * j + 1] < end && above[2 * j + 2] < end + reach) touch(++j, k);
  }
}

// The same for valued rows, where runs of another value lie between.
template <class Touch>
inline void for_each_valued_contact(const PlaneRows::Row& before, const PlaneRows::Row& row,
                                    std::uint32_t reach, const std::uint8_t* skipped, Touch touch) {
  const std::uint32_t* above = before.bounds;
  const std::uint32_t* here = row.bounds;
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint64_t value = row.values[k];
    if (value == 0 || (skipped != nullptr && skipped[k] != 0)) continue;
    const std::uint32_t begin = here[k];
    const std::uint32_t end = here[k + 1];
    while (above[j + 1] + reach <= begin) j++;
    for (std::int64_t i = j; above[i] < end + reach; i++) {
      if (before.values[i] == value) touch(i, k);
    }
  }
}

template <bool Valued, class Touch>
inline void for_each_contact(const PlaneRows::Row& before, const PlaneRows::Row& row,
                             std::uint32_t reach, const std::uint8_t* skipped, Touch touch) {
  if (before.n == 0 || row.n == 0) return;
  if constexpr (Valued) {
    for_each_valued_contact(before, row, reach, skipped, touch);
  } else {
    for_each_contact(before, row, reach, skipped, touch);
  }
}

// Labels one row from what it touches.
template <bool Valued>
class RowJoiner {
 public:
  RowJoiner(PlaneRows& before, PlaneRows& plane, std::int64_t y, VoxelConnectivity connectivity,
            std::uint32_t* parents)
      : before_(before),
        plane_(plane),
        row_(plane.row(y)),
        y_(y),
        connectivity_(connectivity),
        parents_(parents) {}

  void join(Buffer<std::uint8_t>& covered) {
    if (row_.n == 0) return;
    if (connectivity_ == VoxelConnectivity::faces) {
      if (before_.height() > 0) take(before_.row(y_), 0, nullptr);
      if (y_ > 0) take(plane_.row(y_ - 1), 0, nullptr);
      return;
    }
    const std::uint8_t* skipped = nullptr;
    const std::uint32_t beside = connectivity_ == VoxelConnectivity::corners ? 1 : 0;
    if (before_.height() > 0) {
      cover(before_.row(y_), covered);
      skipped = covered.data();
    }
    if (y_ > 0) take(plane_.row(y_ - 1), 1, skipped);
    if (before_.height() == 0) return;
    if (y_ > 0) take(before_.row(y_ - 1), beside, skipped);
    if (y_ + 1 < before_.height()) take(before_.row(y_ + 1), beside, skipped);
  }

 private:
  static constexpr std::int64_t step = Valued ? 1 : 2;

  void touch(std::uint32_t label, std::int64_t k) {
    std::uint32_t& own = row_.labels[k];
    if (own == 0) {
      own = label;
    } else if (own != label) {
      own = Forest::merge(parents_, own, label);
    }
  }

  void take(const PlaneRows::Row& other, std::uint32_t reach, const std::uint8_t* skipped) {
    for_each_contact<Valued>(other, row_, reach, skipped,
                             [&](std::int64_t j, std::int64_t k) { touch(other.labels[j], k); });
  }

  // What lies in the same row of the plane before. A run that lies below one that reaches as far
  // touches nothing that this one does not touch, so that it is of the same region already; for
  // edges, that one must reach a voxel farther, as it touches rows beside by edges alone.
  void cover(const PlaneRows::Row& other, Buffer<std::uint8_t>& covered) {
    if (covered.size() < row_.n) covered.resize(2 * row_.n + 16);
    std::uint8_t* flags = covered.data();
    std::fill(flags, flags + row_.n, std::uint8_t{0});
    const std::uint32_t more = connectivity_ == VoxelConnectivity::corners ? 0 : 1;
    for_each_contact<Valued>(other, row_, 1, nullptr, [&](std::int64_t j, std::int64_t k) {
      touch(other.labels[j], k);
      const std::uint32_t* above = other.bounds + step * j;
      const std::uint32_t* run = row_.bounds + step * k;
      flags[k] |= above[0] + more <= run[0] && run[1] + more <= above[1] ? 1 : 0;
    });
  }

  PlaneRows& before_;
  PlaneRows& plane_;
  PlaneRows::Row row_;
  std::int64_t y_;
  VoxelConnectivity connectivity_;
  std::uint32_t* parents_;
};

// Calls work(row, reach) for the rows of the plane before that touch row y.
template <class Work>
void for_each_row_before(PlaneRows& before, std::int64_t y, VoxelConnectivity connectivity,
                         Work work) {
  if (before.height() == 0) return;
  const std::uint32_t beside = connectivity == VoxelConnectivity::corners ? 1 : 0;
  if (connectivity == VoxelConnectivity::faces) {
    work(before.row(y), std::uint32_t{0});
    return;
  }
  if (y > 0) work(before.row(y - 1), beside);
  work(before.row(y), std::uint32_t{1});
  if (y + 1 < before.height()) work(before.row(y + 1), beside);
}

template <bool Valued>
void merge_planes(PlaneRows& before, std::uint32_t raise_before, PlaneRows& plane,
                  std::uint32_t raise, VoxelConnectivity connectivity, std::uint32_t* parents) {
  for (std::int64_t y = 0; y < plane.height(); y++) {
    const PlaneRows::Row row = plane.row(y);
    for_each_row_before(
        before, y, connectivity, [&](const PlaneRows::Row& other, std::uint32_t reach) {
          for_each_contact<Valued>(other, row, reach, nullptr, [&](std::int64_t j, std::int64_t k) {
            Forest::merge(parents, other.labels[j] + raise_before, row.labels[k] + raise);
          });
        });
  }
}

}  // namespace

void VoxelSums::add(const VoxelSums& other) {
  voxels += other.voxels;
  twice_x.add(other.twice_x);
  twice_y.add(other.twice_y);
  twice_z.add(other.twice_z);
  x_begin = std::min(x_begin, other.x_begin);
  x_end = std::max(x_end, other.x_end);
  y_begin = std::min(y_begin, other.y_begin);
  y_end = std::max(y_end, other.y_end);
  z_end = std::max(z_end, other.z_end);
}

void PlaneRows::clear() {
  starts_.clear();
  bounds_.clear();
  values_.clear();
  labels_.clear();
}

void PlaneRows::add(const Line& line, bool valued) {
  starts_.push_back({bounds_.size(), labels_.size(), line.n});
  bounds_.append(line.bounds.data(), valued ? line.n + 2 : 2 * line.n + 2);
  std::uint32_t* labels = labels_.grow(line.n + 1);
  std::fill(labels, labels + line.n + 1, 0u);
  if (valued) values_.append(line.values.data(), line.n + 1);
}

PlaneRows::Row PlaneRows::row(std::int64_t y) {
  const Start& start = starts_[y];
  return {bounds_.data() + start.bounds, values_.data() + start.runs, labels_.data() + start.runs,
          start.n};
}

VoxelForest::VoxelForest(bool valued, bool measured) : valued_(valued), measured_(measured) {
  parents_.push_back(0);
  if (measured) sums_.push_back(VoxelSums{});
  if (valued) values_.push_back(0);
}

std::uint32_t VoxelForest::add(std::uint32_t x, std::uint32_t y, std::uint32_t z,
                               std::uint64_t value) {
  const std::int64_t label = size();
  if (label >= UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
  }
  parents_.push_back(static_cast<std::uint32_t>(label));
  if (measured_) sums_.push_back(VoxelSums::starting_at(x, y, z));
  if (valued_) values_.push_back(value);
  return static_cast<std::uint32_t>(label);
}

std::uint32_t VoxelForest::append(const VoxelForest& part) {
  const auto raise = static_cast<std::uint32_t>(size() - 1);
  const std::int64_t n = part.size() - 1;
  if (size() + n > UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
  }
  std::uint32_t* parents = parents_.grow(n);
  for (std::int64_t i = 0; i < n; i++) parents[i] = part.parents_[i + 1] + raise;
  if (measured_) sums_.append(part.sums_.data() + 1, n);
  if (valued_) values_.append(part.values_.data() + 1, n);
  return raise;
}

std::int64_t VoxelForest::flatten() {
  std::uint32_t* const p = parents_.data();
  std::uint32_t n = 0;
  for (std::int64_t i = 1; i < size(); i++) {
    if (p[i] != i) {
      p[i] = p[p[i]];  // parents are smaller, so they have their number
      if (measured_) sums_[p[i]].add(sums_[i]);
      continue;
    }
    p[i] = ++n;
    if (measured_ && n != i) sums_[n] = sums_[i];
    if (valued_) values_[n] = values_[i];
  }
  return n;
}

void join_row(PlaneRows& before, PlaneRows& plane, std::int64_t y, std::int64_t z, bool valued,
              VoxelConnectivity connectivity, VoxelForest& forest, Buffer<std::uint8_t>& scratch) {
  if (valued) {
    RowJoiner<true>(before, plane, y, connectivity, forest.parents()).join(scratch);
  } else {
    RowJoiner<false>(before, plane, y, connectivity, forest.parents()).join(scratch);
  }
  const PlaneRows::Row row = plane.row(y);
  const std::int64_t step = valued ? 1 : 2;
  const auto row_number = static_cast<std::uint32_t>(y);
  const auto plane_number = static_cast<std::uint32_t>(z);
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint64_t value = valued ? row.values[k] : 1;
    if (value == 0) continue;
    const std::uint32_t* run = row.bounds + step * k;
    if (row.labels[k] == 0) row.labels[k] = forest.add(run[0], row_number, plane_number, value);
    forest.add_run(row.labels[k], run[0], run[1], row_number, plane_number);
  }
}

void join_planes(PlaneRows& before, std::uint32_t raise_before, PlaneRows& plane,
                 std::uint32_t raise, bool valued, VoxelConnectivity connectivity,
                 VoxelForest& forest) {
  (valued ? merge_planes<true> : merge_planes<false>)(before, raise_before, plane, raise,
                                                      connectivity, forest.parents());
}

}  // namespace me
