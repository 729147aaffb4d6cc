#include "runs/value_joins.h"

#include <algorithm>
#include <cstring>

#include "base/size.h"
#include "base/values.h"
#include "runs/bits.h"

namespace me {

void ValueRuns::clear() {
  rows_.clear();
  begins_.clear();
  values_.clear();
  labels_.clear();
}

void ValueRuns::add(const char* values, std::int64_t bytes, std::int64_t width,
                    const std::uint64_t* changes, const std::uint64_t* const* beside,
                    std::int64_t rows) {
  constexpr std::int64_t lead = kernels::join_lead;
  constexpr std::int64_t padding = kernels::join_padding;
  const std::int64_t words = words_for(width);
  // Room for the worst row, unless that is much: then changes are counted.
  const std::int64_t most = width < (1 << 16) ? width : bit_kernels().count(changes, words);
  const std::int64_t first = begins_.size() + lead;
  std::uint32_t* const begins = begins_.grow(lead + most + padding) + lead;
  std::uint32_t* ranks[kernels::most_beside] = {};
  for (std::int64_t r = 0; r < rows; r++) {
    if (ranks_[r].size() < most + padding) ranks_[r].resize(most + padding);
    ranks[r] = ranks_[r].data();
  }
  const std::int64_t n = kernels_->list(changes, words, beside, rows, begins, ranks);
  begins[-2] = begins[-1] = 0;
  begins[n] = static_cast<std::uint32_t>(width);
  std::fill(begins + n + 1, begins + n + padding, Line::nowhere);
  begins_.truncate(first + n + padding);
  std::uint32_t* const to = values_.grow(lead + n + padding) + lead;
  std::uint32_t* const labels = labels_.grow(lead + n + padding) + lead;
  to[-2] = to[-1] = to[n] = labels[-2] = labels[-1] = labels[n] = 0;
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t k = 0; k < n; k++) {
      T value;
      std::memcpy(&value, values + std::int64_t{begins[k]} * bytes, sizeof(T));
      to[k] = static_cast<std::uint32_t>(value);
    }
  });
  rows_.push_back({first, n});
}

bool ValueRuns::has_values(const char* values, std::int64_t bytes) const {
  const Row& row = rows_[0];
  bool same = true;
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t k = row.first; k < row.first + row.n; k++) {
      T value;
      std::memcpy(&value, values + std::int64_t{begins_[k]} * bytes, sizeof(T));
      same &= static_cast<std::uint32_t>(value) == values_[k];
    }
  });
  return same;
}

void ValueJoiner::join(ValueRuns* before, ValueRuns& line, std::int64_t y) {
  constexpr std::int64_t padding = kernels::join_padding;
  const kernels::ValuedRuns row = line.row(0);
  const std::int64_t size = forest_.size();
  if (size + row.n + padding > UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
  }
  forest_.parents().grow(row.n + padding);
  forest_.values().grow(row.n + padding);
  const kernels::JoinedLabels labels{forest_.parents().data(), forest_.values().data(),
                                     static_cast<std::uint32_t>(size)};
  kernels::RunsBeside beside{};
  if (before != nullptr) beside = {before->row(0), line.ranks(0), joining_.corners ? 1u : 0u};
  const std::int64_t rows = before != nullptr ? 1 : 0;
  std::uint32_t next = 0;
  if (joining_.measured) {
    if (touched_.size() < row.n + padding) touched_.resize(row.n + row.n / 2 + padding);
    if (shared_.size() < row.n + padding) shared_.resize(row.n + row.n / 2 + padding);
    next = kernels_.count(row, &beside, rows, labels, {touched_.data(), shared_.data()});
    forest_.sums().grow(next - size);
    measure(row, y, labels.next);
  } else {
    next = kernels_.join(row, &beside, rows, labels);
  }
  forest_.parents().truncate(next);
  forest_.values().truncate(next);
}

void ValueJoiner::measure(const kernels::ValuedRuns& row, std::int64_t y, std::uint32_t first_new) {
  Sums* const sums = forest_.sums().data();
  std::uint32_t next = first_new;
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint32_t label = row.labels[k];
    if (label == 0) continue;
    if (label == next) sums[next++] = Sums::starting_at(row.begins[k], y);
    sums[label].add_run(row.begins[k], row.begins[k + 1], y, 1, touched_[k], shared_[k]);
  }
}

void ValueJoiner::repeat(const kernels::ValuedRuns& row, std::int64_t y) {
  if (!joining_.measured) return;
  for (std::int64_t k = 0; k < row.n; k++) {
    const std::uint32_t label = row.labels[k];
    const std::uint32_t begin = row.begins[k];
    const std::uint32_t end = row.begins[k + 1];
    if (label != 0) forest_.sums()[label].add_run(begin, end, y, 1, 1, end - begin);
  }
}

void to_line(const kernels::ValuedRuns& row, Line& line) {
  line.room(row.n);
  line.n = row.n;
  std::copy(row.begins, row.begins + row.n + 3, line.bounds.data());
  std::copy(row.labels, row.labels + row.n + 1, line.labels.data());
  line.values.resize(row.n + 1);
  std::copy(row.values, row.values + row.n + 1, line.values.data());
}

}  // namespace me
