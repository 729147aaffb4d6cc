// The merge of two run lists by a set operation.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/runs.h"

namespace me {

// Set operations on two values; only bit 0 of the arguments and of the result counts.
struct Unite {
  static constexpr std::uint64_t apply(std::uint64_t a, std::uint64_t b) { return a | b; }
};
struct Intersect {
  static constexpr std::uint64_t apply(std::uint64_t a, std::uint64_t b) { return a & b; }
};
struct Subtract {
  static constexpr std::uint64_t apply(std::uint64_t a, std::uint64_t b) { return a & ~b; }
};
struct Exclude {
  static constexpr std::uint64_t apply(std::uint64_t a, std::uint64_t b) { return a ^ b; }
};

// The end of the run in hand and the value of the pixels before it. Runs of length zero are passed
// over; a list that stops short never ends.
struct RunEdge {
  const std::uint32_t* next;
  const std::uint32_t* end;
  std::int64_t at;
  std::uint64_t value = 0;

  explicit RunEdge(const RunList& runs)
      : next(runs.counts), end(runs.counts + runs.n), at(runs.n > 0 ? *next++ : INT64_MAX) {}

  void step() {
    std::uint32_t count = 0;
    do {
      value ^= 1;
      if (next == end) {
        at = INT64_MAX;
        return;
      }
      count = *next++;
      at += count;
    } while (count == 0);
  }
};

// Appends the canonical counts of the combined mask. Which list has the next edge is left to the
// branch predictor: the columns of a real mask resemble the ones before, so it is mostly right, and
// dense noise, where it is not, is combined as bits instead.
// `wide` says that runs can exceed 2^32-1.
template <class Operation, bool wide>
void merge_runs(const RunList& a, const RunList& b, Buffer<std::uint32_t>& counts) {
  const std::int64_t area = a.size.area();
  const std::int64_t start = counts.size();
  const std::int64_t splits = 2 * (area / UINT32_MAX);  // counts that runs above 2^32-1 add
  std::uint32_t* const first = counts.grow(a.n + b.n + splits + 3);
  std::uint32_t* out = first;
  RunEdge left(a);
  RunEdge right(b);
  std::int64_t last = 0;
  std::uint64_t value = 0;
  for (;;) {
    std::int64_t position = left.at;  // of the next edge; set in branches, or it costs a wait
    if (left.at < right.at) {
      if (position >= area) break;
      left.step();
    } else if (right.at < left.at) {
      position = right.at;
      if (position >= area) break;
      right.step();
    } else {
      if (position >= area) break;
      left.step();
      right.step();
    }
    const std::uint64_t now = Operation::apply(left.value, right.value) & 1;
    const std::uint64_t changed = now ^ value;
    if (wide && changed != 0) {
      for (; position - last > UINT32_MAX; last += UINT32_MAX, out += 2) {
        out[0] = UINT32_MAX;
        out[1] = 0;
      }
    }
    *out = static_cast<std::uint32_t>(position - last);
    out += changed;
    last = changed != 0 ? position : last;
    value = now;
  }
  for (; area - last > UINT32_MAX; last += UINT32_MAX, out += 2) {
    out[0] = UINT32_MAX;
    out[1] = 0;
  }
  *out++ = static_cast<std::uint32_t>(area - last);
  counts.truncate(start + (out - first));
}

template <class Operation>
void merge_runs(const RunList& a, const RunList& b, Buffer<std::uint32_t>& counts) {
  if (a.size.area() > UINT32_MAX) {
    merge_runs<Operation, true>(a, b, counts);
  } else {
    merge_runs<Operation, false>(a, b, counts);
  }
}

}  // namespace me
