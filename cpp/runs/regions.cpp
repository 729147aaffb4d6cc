#include "runs/regions.h"

#include "base/poll_some.h"

namespace me {
namespace {

// Pixel edges that two runs of neighbouring lines share.
inline std::uint32_t shared_edges(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0,
                                  std::uint32_t b1) {
  const std::uint32_t begin = std::max(a0, b0);
  const std::uint32_t end = std::min(a1, b1);
  return end > begin ? end - begin : 0;
}

// Calls touch(j, k) for each run k of `line` and each run j of `before` that it touches, and
// done(k) after the last of these; both in order.
template <class Touch, class Done>
inline void for_each_contact(const Line& before, const Line& line, std::uint32_t reach, Touch touch,
                             Done done) {
  const std::uint32_t* above = before.bounds.data();
  const std::uint32_t* here = line.bounds.data();
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < line.n; k++) {
    const std::uint32_t begin = here[2 * k];
    const std::uint32_t end = here[2 * k + 1];
    while (above[2 * j + 1] + reach <= begin) j++;
    if (above[2 * j] < end + reach) {
      touch(j, k);
      while (above[2 * j + 1] < end && above[2 * j + 2] < end + reach) touch(++j, k);
    }
    done(k);
  }
}

// The same for valued lines, where runs of another value lie between. Neighbours differ, so a run
// that meets one of its value and at most the two beside that touches no other: then nothing is
// searched, which is what most runs of a map of regions come to, one after the other.
template <class Touch, class Done>
inline void for_each_valued_contact(const Line& before, const Line& line, std::uint32_t reach,
                                    Touch touch, Done done) {
  const std::uint32_t* above = before.bounds.data();
  const std::uint64_t* values = before.values.data();
  const std::uint32_t* here = line.bounds.data();
  const std::int64_t n = before.n;
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < line.n; k++) {
    const std::uint64_t value = line.values[k];
    const std::uint32_t begin = here[k];
    const std::uint32_t end = here[k + 1];
    const bool alone = j + 1 < n && values[j] == value && above[j] < end + reach &&
                       above[j + 1] + reach > begin && above[j + 2] >= end + reach &&
                       (j == 0 || above[j - 1] + reach <= begin);
    if (alone) {
      if (value != 0) touch(j, k);
      j++;
    } else if (value != 0) {
      while (j > 0 && above[j] + reach > begin) j--;
      while (above[j + 1] + reach <= begin) j++;
      for (std::int64_t i = j; above[i] < end + reach; i++) {
        if (values[i] != value) continue;
        touch(i, k);
        j = i;
      }
      j++;
    }
    done(k);
  }
}

// Gives each run of a line its label, from the runs it touches.
template <bool Valued, bool Measured>
class Joiner {
 public:
  Joiner(const Line& before, Line& line, std::int64_t number, std::int64_t lines, Forest& forest)
      : before_(before.bounds.data()),
        bounds_(line.bounds.data()),
        above_(before.labels.data()),
        labels_(line.labels.data()),
        line_values_(line.values.data()),
        number_(number),
        lines_(lines),
        next_(static_cast<std::uint32_t>(forest.size())) {
    forest.parents().grow(line.n);
    parents_ = forest.parents().data();
    if constexpr (Measured) {
      forest.sums().grow(line.n);
      sums_ = forest.sums().data();
      found_ = forest.room_for_contacts(line.n);
    }
    if constexpr (Valued) {
      forest.values().grow(line.n);
      values_ = forest.values().data();
    }
  }

  // Run k touches run j of the line before.
  void touch(std::int64_t j, std::int64_t k) {
    const std::uint32_t other = above_[j];
    if (label_ == 0) {
      label_ = other;
    } else if (label_ != other) {
      label_ = Forest::merge(parents_, label_, other);
    }
    if constexpr (Measured) {
      of_run_.n++;
      of_run_.shared += shared_edges(before_[step * j], before_[step * j + 1], bounds_[step * k],
                                     bounds_[step * k + 1]);
    }
  }

  // Run k touches no more.
  void done(std::int64_t k) {
    if constexpr (Valued) {
      if (line_values_[k] == 0) {
        labels_[k] = 0;
        return;
      }
    }
    if (label_ == 0) {
      label_ = next_++;
      parents_[label_] = label_;
      if constexpr (Measured) sums_[label_] = Sums::starting_at(bounds_[step * k], number_);
      if constexpr (Valued) values_[label_] = line_values_[k];
    }
    if constexpr (Measured) {
      found_[k] = of_run_;
      of_run_ = {0, 0};
    }
    labels_[k] = label_;
    label_ = 0;
  }

  // Adds all runs to the sums: one loop for this and for labels would not fit the registers.
  void add_runs(std::int64_t n) const {
    if constexpr (!Measured) return;
    if (lines_ == 1) {
      for (std::int64_t k = 0; k < n; k++) add_run(k, 1);
    } else {
      for (std::int64_t k = 0; k < n; k++) add_run(k, lines_);
    }
  }

  void commit(Forest& forest) const {
    forest.parents().truncate(next_);
    if constexpr (Measured) forest.sums().truncate(next_);
    if constexpr (Valued) forest.values().truncate(next_);
  }

 private:
  static constexpr std::int64_t step = Valued ? 1 : 2;

  void add_run(std::int64_t k, std::int64_t lines) const {
    if (Valued && labels_[k] == 0) return;
    sums_[labels_[k]].add_run(bounds_[step * k], bounds_[step * k + 1], number_, lines, found_[k].n,
                              found_[k].shared);
  }

  const std::uint32_t* before_;
  const std::uint32_t* bounds_;
  const std::uint32_t* above_;
  std::uint32_t* labels_;
  const std::uint64_t* line_values_;
  std::int64_t number_, lines_;
  std::uint32_t next_;  // the next label that is free
  std::uint32_t* parents_ = nullptr;
  Sums* sums_ = nullptr;
  std::uint64_t* values_ = nullptr;
  Contacts* found_ = nullptr;
  std::uint32_t label_ = 0;  // of the run in hand, and what it has in common with the line before
  Contacts of_run_{0, 0};
};

template <bool Valued, bool Measured>
void join(const Line& before, Line& line, std::uint32_t reach, std::int64_t number,
          std::int64_t lines, Forest& forest) {
  Joiner<Valued, Measured> joiner(before, line, number, lines, forest);
  const auto touch = [&joiner](std::int64_t j, std::int64_t k) { joiner.touch(j, k); };
  const auto done = [&joiner](std::int64_t k) { joiner.done(k); };
  if constexpr (Valued) {
    for_each_valued_contact(before, line, reach, touch, done);
  } else {
    for_each_contact(before, line, reach, touch, done);
  }
  joiner.add_runs(line.n);
  joiner.commit(forest);
}

}  // namespace

void join_line(const Line& before, Line& line, bool valued, const Joining& joining,
               std::int64_t number, std::int64_t lines, Forest& forest) {
  if (forest.size() + line.n > UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
  }
  if (!valued && lines == 1 &&
      forest.strands().follow(before, line, joining, number, forest.sums().data())) {
    return;
  }
  forest.finish();
  const std::uint32_t reach = joining.corners ? 1 : 0;
  if (valued) {
    (joining.measured ? join<true, true> : join<true, false>)(before, line, reach, number, lines,
                                                              forest);
  } else {
    (joining.measured ? join<false, true> : join<false, false>)(before, line, reach, number, lines,
                                                                forest);
  }
}

void repeat_line(const Line& before, bool valued, const Joining& joining, std::int64_t number,
                 Forest& forest) {
  if (!joining.measured) return;
  if (!valued && forest.strands().repeat(before, number, forest.sums().data())) return;
  const std::int64_t step = valued ? 1 : 2;
  for (std::int64_t k = 0; k < before.n; k++) {
    const std::uint32_t* run = before.bounds.data() + step * k;
    const std::uint32_t label = before.labels[k];
    if (label != 0) forest.sums()[label].add_run(run[0], run[1], number, 1, 1, run[1] - run[0]);
  }
}

void join_seam(const Line& before, std::uint32_t raise_before, const Line& line,
               std::uint32_t raise, bool valued, const Joining& joining, Forest& forest) {
  std::uint32_t* const p = forest.parents().data();
  const std::int64_t step = valued ? 1 : 2;
  const auto touch = [&](std::int64_t j, std::int64_t k) {
    const std::uint32_t label = line.labels[k] + raise;
    Forest::merge(p, before.labels[j] + raise_before, label);
    if (!joining.measured) return;
    Sums& sums = forest.sums()[label];
    sums.pieces--;
    const std::uint32_t* a = before.bounds.data() + step * j;
    const std::uint32_t* b = line.bounds.data() + step * k;
    sums.outline -= shared_edges(a[0], a[1], b[0], b[1]);
  };
  const auto done = [](std::int64_t) {};
  const std::uint32_t reach = joining.corners ? 1 : 0;
  if (valued) {
    for_each_valued_contact(before, line, reach, touch, done);
  } else {
    for_each_contact(before, line, reach, touch, done);
  }
}

std::int64_t flatten(Forest& forest, bool valued, bool measured) {
  forest.finish();
  std::uint32_t* const p = forest.parents().data();
  Sums* const sums = forest.sums().data();
  std::uint64_t* const values = forest.values().data();
  const std::int64_t size = forest.size();
  std::uint32_t n = 0;
  for (std::int64_t i = 1; i < size; i++) {
    poll_some(i, 5);
    const bool is_root = p[i] == i;
    p[i] = is_root ? ++n : p[p[i]];  // parents are smaller, so they have their number
    if (measured) {
      if (!is_root) {
        sums[p[i]].add(sums[i]);
      } else if (n != i) {
        sums[n] = sums[i];
      }
    }
    if (valued && is_root) values[n] = values[i];
  }
  return n;
}

}  // namespace me
