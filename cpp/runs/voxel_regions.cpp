#include "runs/voxel_regions.h"

#include "runs/bit_scan.h"

namespace me {
namespace {

// Calls touch(j, k) for each run k of `row` and each run j of `before` that it touches.
template <class Touch>
inline void for_each_contact(const PlaneRows::Row& before, const PlaneRows::Row& row,
                             std::uint32_t reach, Touch touch) {
  const std::uint32_t* above = before.bounds;
  const std::uint32_t* here = row.bounds;
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < row.n; k++) {
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
                                    std::uint32_t reach, Touch touch) {
  const std::uint32_t* above = before.bounds;
  const std::uint32_t* here = row.bounds;
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint64_t value = row.values[k];
    if (value == 0) continue;
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
                             std::uint32_t reach, Touch touch) {
  if (before.n == 0 || row.n == 0) return;
  if constexpr (Valued) {
    for_each_valued_contact(before, row, reach, touch);
  } else {
    for_each_contact(before, row, reach, touch);
  }
}

// Bits of a row, and of those beside them.
struct Beside {
  std::uint64_t here, right, left;

  Beside(const std::uint64_t* words, std::int64_t k, std::int64_t n)
      : here(words[k]),
        right(words[k] >> 1 | (k + 1 < n ? words[k + 1] << 63 : 0)),
        left(words[k] << 1 | (k > 0 ? words[k - 1] >> 63 : 0)) {}
  std::uint64_t any() const { return here | right | left; }
};

// The rows around row y: `behind` is row y of the plane before, `above` row y - 1, and the others
// are rows y - 1 and y + 1 of the plane before.
struct RowsAround {
  const std::uint64_t *row, *behind, *above, *behind_above, *behind_below;
};

// Which voxels of a row must look at each of the rows around it, but `behind`, at which all do.
struct Looks {
  std::uint64_t above, behind_above, behind_below;
};

// A voxel c that touches p need not look at it where a voxel q touches both, in a row at which c
// looks: q and p were joined when the later one's row was. Not for faces: two rows are few.
Looks looks_at(const RowsAround& rows, std::int64_t k, std::int64_t n,
               VoxelConnectivity connectivity) {
  const std::uint64_t c = rows.row[k];
  const Beside q(rows.behind, k, n);
  const Beside r(rows.above, k, n);
  if (connectivity == VoxelConnectivity::edges) {
    const std::uint64_t above =
        (r.here & ~q.here) | (r.right & ~q.right) | (r.left & ~q.left);  // q beside r alone
    return {c & above, c & rows.behind_above[k] & ~(q.any() | r.any()),
            c & rows.behind_below[k] & ~q.any()};
  }
  const auto apart = [](const Beside& p, std::uint64_t any, std::uint64_t right,
                        std::uint64_t left) {
    return (p.here & ~any) | (p.right & ~right) | (p.left & ~left);
  };
  const std::uint64_t right = q.here | q.right;
  const std::uint64_t left = q.here | q.left;
  return {c & apart(r, q.any(), right, left),
          c & apart(Beside(rows.behind_above, k, n), q.any() | r.any(), right | r.here | r.right,
                    left | r.here | r.left),
          c & apart(Beside(rows.behind_below, k, n), q.any(), right, left)};
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

  void join_all() {
    const std::uint32_t beside = connectivity_ == VoxelConnectivity::corners ? 1 : 0;
    const std::uint32_t near = connectivity_ == VoxelConnectivity::faces ? 0 : 1;
    if (before_.height() > 0) take(before_.row(y_), near);
    if (y_ > 0) take(plane_.row(y_ - 1), near);
    if (before_.height() == 0 || connectivity_ == VoxelConnectivity::faces) return;
    if (y_ > 0) take(before_.row(y_ - 1), beside);
    if (y_ + 1 < before_.height()) take(before_.row(y_ + 1), beside);
  }

  // The same, where voxels are bits: runs look only at rows where a voxel of them must.
  void join_needed(std::int64_t words, Buffer<std::uint64_t>& scratch) {
    scratch.resize(4 * words);
    std::uint64_t* const none = scratch.data();
    std::uint64_t* const above = none + words;
    std::uint64_t* const behind_above = above + words;
    std::uint64_t* const behind_below = behind_above + words;
    std::fill(none, none + words, std::uint64_t{0});
    const bool first = y_ == 0;
    const bool front = before_.height() == 0;
    const bool last = y_ + 1 >= before_.height();
    const RowsAround rows{
        plane_.bits(y_), front ? none : before_.bits(y_), first ? none : plane_.bits(y_ - 1),
        first || front ? none : before_.bits(y_ - 1), last ? none : before_.bits(y_ + 1)};
    Looks any{0, 0, 0};
    for (std::int64_t k = 0; k < words; k++) {
      const Looks looks = looks_at(rows, k, words, connectivity_);
      any.above |= above[k] = looks.above;
      any.behind_above |= behind_above[k] = looks.behind_above;
      any.behind_below |= behind_below[k] = looks.behind_below;
    }
    const std::uint32_t beside = connectivity_ == VoxelConnectivity::corners ? 1 : 0;
    if (!front) take(before_.row(y_), 1);
    if (any.above != 0) take_where(plane_.row(y_ - 1), 1, above, words);
    if (any.behind_above != 0) take_where(before_.row(y_ - 1), beside, behind_above, words);
    if (any.behind_below != 0) take_where(before_.row(y_ + 1), beside, behind_below, words);
  }

 private:
  void touch(std::uint32_t label, std::int64_t k) {
    std::uint32_t& own = row_.labels[k];
    if (own == 0) {
      own = label;
    } else if (own != label) {
      own = Forest::merge(parents_, own, label);
    }
  }

  void take(const PlaneRows::Row& other, std::uint32_t reach) {
    for_each_contact<Valued>(other, row_, reach,
                             [&](std::int64_t j, std::int64_t k) { touch(other.labels[j], k); });
  }

  // Takes what runs with a voxel among the bits touch.
  void take_where(const PlaneRows::Row& other, std::uint32_t reach, const std::uint64_t* bits,
                  std::int64_t words) {
    const std::uint32_t* above = other.bounds;
    const std::uint32_t* here = row_.bounds;
    std::int64_t j = 0;
    std::int64_t k = 0;
    for (std::int64_t w = 0; w < words; w++) {
      std::uint64_t word = bits[w];
      while (word != 0) {
        const std::int64_t x = 64 * w + lowest_bit(word);
        while (here[2 * k + 1] <= x) k++;
        const std::uint32_t begin = here[2 * k];
        const std::uint32_t end = here[2 * k + 1];
        while (above[2 * j + 1] + reach <= begin) j++;
        for (; above[2 * j] < end + reach; j++) {
          touch(other.labels[j], k);
          if (above[2 * j + 1] >= end) break;
        }
        const std::int64_t next = std::int64_t{end} - 64 * w;  // on behind the run
        word = next >= 64 ? 0 : word >> next << next;
      }
    }
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
          for_each_contact<Valued>(other, row, reach, [&](std::int64_t j, std::int64_t k) {
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

namespace {

// Turns where a row changes into its voxels.
void fill_between(const std::uint64_t* changes, std::int64_t words, std::uint64_t* bits) {
  std::uint64_t carry = 0;  // all ones inside a run
  for (std::int64_t k = 0; k < words; k++) {
    std::uint64_t word = changes[k];
    for (int shift = 1; shift < 64; shift *= 2) word ^= word << shift;
    bits[k] = word ^ carry;
    carry = ~(bits[k] >> 63) + 1;
  }
}

}  // namespace

void PlaneRows::clear() {
  bits_.clear();
  starts_.clear();
  bounds_.clear();
  values_.clear();
  labels_.clear();
}

void PlaneRows::add(const Line& line, bool valued, const std::uint64_t* changes,
                    std::int64_t words) {
  words_ = words;
  if (changes != nullptr) fill_between(changes, words, bits_.grow(words));
  starts_.push_back({bounds_.size(), labels_.size(), line.n});
  bounds_.append(line.bounds.data(), valued ? line.n + 2 : 2 * line.n + 2);
  std::uint32_t* labels = labels_.grow(line.n + 1);
  std::fill(labels, labels + line.n + 1, 0u);
  if (valued) values_.append(line.values.data(), line.n + 1);
}

PlaneRows::Row PlaneRows::row(std::int64_t y) {
  const Start& start = starts_[y];
  const auto* values = values_.empty() ? nullptr : values_.data() + start.runs;
  return {bounds_.data() + start.bounds, values, labels_.data() + start.runs, start.n};
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

kernels::JoinedLabels VoxelForest::room(std::int64_t n) {
  const std::int64_t first = size();
  const std::int64_t more = n + kernels::join_padding;
  if (first + more > UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
  }
  parents_.grow(more);
  values_.grow(more);
  return {parents_.data(), values_.data(), static_cast<std::uint32_t>(first)};
}

void VoxelForest::take(const kernels::ValuedRuns& row, std::uint32_t first, std::uint32_t next,
                       std::int64_t y, std::int64_t z) {
  parents_.truncate(next);
  values_.truncate(next);
  if (!measured_) return;
  sums_.grow(next - first);
  const auto row_number = static_cast<std::uint32_t>(y);
  const auto plane_number = static_cast<std::uint32_t>(z);
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint32_t label = row.labels[k];
    if (label == 0) continue;
    const std::uint32_t begin = row.begins[k];
    if (label == first) {
      sums_[label] = VoxelSums::starting_at(begin, row_number, plane_number);
      first++;
    }
    sums_[label].add_run(begin, row.begins[k + 1], row_number, plane_number);
  }
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
              VoxelConnectivity connectivity, VoxelForest& forest, Buffer<std::uint64_t>& scratch) {
  const PlaneRows::Row row = plane.row(y);
  const std::int64_t step = valued ? 1 : 2;
  if (row.n == 0) return;
  if (valued) {
    RowJoiner<true>(before, plane, y, connectivity, forest.parents()).join_all();
  } else if (connectivity == VoxelConnectivity::faces) {
    RowJoiner<false>(before, plane, y, connectivity, forest.parents()).join_all();
  } else {
    RowJoiner<false>(before, plane, y, connectivity, forest.parents())
        .join_needed(plane.words(), scratch);
  }
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
