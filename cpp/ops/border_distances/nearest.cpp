#include "ops/border_distances/nearest.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "base/parallel.h"
#include "base/sort_polling.h"
#include "ops/border_distances/far.h"

namespace me::cpu {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Looks for the nearest element line by line, outwards, as long as a nearer one may turn up.
class LineSearch {
 public:
  LineSearch(const BorderLines& to, const LineSpacing& spacing) : to_(to), spacing_(spacing) {
    cursors_.append(to.starts.data(), to.lines());
  }

  // Starts a line of elements to be asked for, in order.
  void start(std::int64_t line) {
    line_ = line - to_.first;
    known_ = false;
  }

  // The squared distance; more than it when no line within far_lines settles it.
  double nearest(std::int64_t position, bool& settled) {
    double best = infinite;
    if (known_) best = squared(std::abs(near_line_ - line_), near_at_ - position);
    const std::int64_t last = std::max(line_, to_.lines() - 1 - line_);
    for (std::int64_t d = 0; d <= last; d++) {
      const double away = double(d) * spacing_.across;
      if (away * away >= best) break;
      if (d > far_lines) {
        settled = false;
        return best;
      }
      look(line_ - d, d, position, best);
      if (d > 0) look(line_ + d, d, position, best);
    }
    settled = true;
    return best;
  }

 private:
  double squared(std::int64_t lines, std::int64_t positions) const {
    const double y = double(lines) * spacing_.across;
    const double x = double(positions) * spacing_.along;
    return y * y + x * x;
  }

  void look(std::int64_t line, std::int64_t d, std::int64_t position, double& best) {
    if (line < 0 || line >= to_.lines()) return;
    const std::int64_t begin = to_.starts[line];
    const std::int64_t end = to_.starts[line + 1];
    if (begin == end) return;
    const std::int64_t k = first_from(line, begin, end, position);
    if (k < end) offer(line, d, to_.at[k], position, best);
    if (k > begin) offer(line, d, to_.at[k - 1], position, best);
  }

  void offer(std::int64_t line, std::int64_t d, std::int64_t at, std::int64_t position,
             double& best) {
    const double value = squared(d, at - position);
    if (value >= best) return;
    best = value;
    known_ = true;
    near_line_ = line;
    near_at_ = at;
  }

  // The first element of a line at a position or behind it: a few steps from where the last search
  // in that line ended, else by halving.
  std::int64_t first_from(std::int64_t line, std::int64_t begin, std::int64_t end,
                          std::int64_t position) {
    const std::int32_t* at = to_.at.data();
    std::int64_t k = cursors_[line];
    constexpr int steps = 8;
    int left = steps;
    while (k < end && at[k] < position && left > 0) k++, left--;
    if (k < end && at[k] < position) {
      k = std::lower_bound(at + k, at + end, position) - at;
    } else if (left == steps) {
      while (k > begin && at[k - 1] >= position && left > 0) k--, left--;
      if (k > begin && at[k - 1] >= position) {
        k = std::lower_bound(at + begin, at + k, position) - at;
      }
    }
    cursors_[line] = k;
    return k;
  }

  static constexpr std::int64_t far_lines = 32;

  const BorderLines& to_;
  LineSpacing spacing_;
  Buffer<std::int64_t> cursors_;
  std::int64_t line_ = 0;
  bool known_ = false;
  std::int64_t near_line_ = 0, near_at_ = 0;  // the nearest element of the last one asked for
};

// Lines [begin, end) of the elements asked for.
void search_lines(const BorderLines& from, const BorderLines& to, const LineSpacing& spacing,
                  std::int64_t begin, std::int64_t end, DistanceTally& tally) {
  LineSearch search(to, spacing);
  FarSearch far(to, spacing.across, spacing.along);
  Buffer<std::int64_t> left;
  Buffer<double> squared;
  for (std::int64_t k = begin; k < end; k++) {
    if (from.starts[k] == from.starts[k + 1]) continue;
    search.start(from.first + k);
    left.clear();
    for (std::int64_t i = from.starts[k]; i < from.starts[k + 1]; i++) {
      bool settled = false;
      const double best = search.nearest(from.at[i], settled);
      if (settled) {
        tally.add(from.kinds[i], best);
      } else {
        left.push_back(i);
      }
    }
    if (left.empty()) continue;
    Buffer<std::int32_t> positions;
    for (const std::int64_t i : left) positions.push_back(from.at[i]);
    squared.resize(left.size());
    far.line(from.first + k, positions.data(), left.size(), squared.data());
    for (std::int64_t j = 0; j < left.size(); j++) tally.add(from.kinds[left[j]], squared[j]);
  }
}

}  // namespace

DistanceTally::DistanceTally() : near_(corner_kinds * small) {
  std::fill(near_.begin(), near_.end(), std::int64_t{0});
}

void DistanceTally::add_far(int kind, double squared, std::int64_t count) {
  std::uint64_t bits;
  std::memcpy(&bits, &squared, sizeof bits);
  const std::uint32_t number = far_[kind].number_of(bits);
  if (number == counts_[kind].size()) counts_[kind].push_back(0);
  counts_[kind][number] += count;
}

void DistanceTally::add(const DistanceTally& other) {
  for (std::int64_t k = 0; k < near_.size(); k++) near_[k] += other.near_[k];
  for (const Row& row : other.rows()) {
    const bool is_near = row.squared < small && row.squared == std::floor(row.squared);
    if (!is_near) add_far(row.kind, row.squared, row.count);
  }
}

Buffer<DistanceTally::Row> DistanceTally::rows() const {
  Buffer<Row> rows;
  for (int kind = 0; kind < corner_kinds; kind++) {
    for (std::int64_t d = 0; d < small; d++) {
      const std::int64_t count = near_[kind * small + d];
      if (count > 0) rows.push_back({kind, double(d), count});
    }
    for (std::int64_t k = 0; k < counts_[kind].size(); k++) {
      double squared;
      std::memcpy(&squared, &far_[kind].values()[k], sizeof squared);
      rows.push_back({kind, squared, counts_[kind][k]});
    }
  }
  sort_polling(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.squared != b.squared ? a.squared < b.squared : a.kind < b.kind;
  });
  return rows;
}

void add_distances(const BorderLines& from, const BorderLines& to, const LineSpacing& spacing,
                   const Exec& exec, DistanceTally& tally) {
  const std::int64_t lines = from.lines();
  if (lines == 0) return;
  if (to.at.empty()) {
    for (std::int64_t i = 0; i < from.at.size(); i++) tally.add(from.kinds[i], infinite);
    return;
  }
  const double each = 60.0 * double(from.at.size()) / double(lines);
  const std::int64_t chunks = chunk_count(exec, lines, each);
  std::vector<DistanceTally> parts(static_cast<std::size_t>(chunks));
  for_chunks(exec, lines, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    search_lines(from, to, spacing, begin, end, parts[static_cast<std::size_t>(c)]);
  });
  for (const DistanceTally& part : parts) tally.add(part);
}

}  // namespace me::cpu
