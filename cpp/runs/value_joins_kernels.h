// Kernels that label the runs of equal values in a row from those of rows beside it, many at once.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// Runs of a row: run k starts at begins[k] and ends where the next one starts. begins[n] is where
// the row ends, behind which all are as good as never reached; values[n] is 0. Value 0 is
// background, which has label 0. Before the first run join_lead that hold zeros alone are read, and
// join_padding from begins[n] on.
struct ValuedRuns {
  const std::uint32_t *begins, *values;
  std::uint32_t* labels;
  std::int64_t n;
};

// A labelled row that touches another: at corners, too, when `reach` is 1 and not 0.
struct RunsBeside {
  ValuedRuns runs;
  // How many of these runs start no further than each of the other row; nullptr: they are few_runs
  // at most, and searched.
  const std::uint32_t* ranks;
  std::uint32_t reach;
};

// What labels are known. Each array has room for as many labels as the row has runs, and for
// join_padding more.
struct JoinedLabels {
  std::uint32_t* parents;
  std::uint64_t* values;
  std::uint32_t next;  // the next label that is free
};

// What runs of a row have in common with the row beside it: how many runs, and pixel edges.
struct JoinedContacts {
  std::uint32_t *n, *shared;
};

inline constexpr std::int64_t join_lead = 2;
inline constexpr std::int64_t join_padding = 32;
inline constexpr std::int64_t most_beside = 4;
inline constexpr std::int64_t few_runs = 27;

// list: the places of the set bits of n words of changes, and how many bits of each of the rows
//   beside lie no further; returns how many places there are, and writes up to join_padding more.
// join: gives each run its label; new ones follow each other from labels.next on. Returns the next
//   one that is free.
// count: the same beside one row, and what each run has in common with it.
struct JoinKernels {
  std::int64_t (*list)(const std::uint64_t* words, std::int64_t n,
                       const std::uint64_t* const* beside, std::int64_t rows, std::uint32_t* begins,
                       std::uint32_t* const* ranks);
  std::uint32_t (*join)(const ValuedRuns& row, const RunsBeside* beside, std::int64_t rows,
                        const JoinedLabels& labels);
  std::uint32_t (*count)(const ValuedRuns& row, const RunsBeside* beside, std::int64_t rows,
                         const JoinedLabels& labels, const JoinedContacts& contacts);
};

extern const JoinKernels joins_avx512;

}  // namespace me::kernels
