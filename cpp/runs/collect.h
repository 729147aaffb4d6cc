// Builds a batch item by item, on several threads, in order.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "base/exec.h"
#include "base/parallel.h"
#include "runs/runs.h"

namespace me {

// Puts the items of parts [first, parts.size()) behind those of `all`, in order, on several
// threads: what is collected is often as large as what it was made from.
void append_parts(const Exec& exec, const std::vector<RunsView>& parts, Runs& all);
void append_parts(const Exec& exec, const std::vector<Runs>& parts, std::int64_t first, Runs& all);

// The masks item(0) to item(n - 1), which are asked for twice, in a batch of their own.
template <class Item>
Runs gather(const Exec& exec, std::int64_t n, Item item) {
  Runs out;
  std::int64_t* const ends = out.offsets.grow(n);
  std::int64_t* const sizes = out.sizes.grow(2 * n);
  std::int64_t total = 0;
  for (std::int64_t k = 0; k < n; k++) {
    poll(3);
    const RunList runs = item(k);
    ends[k] = total += runs.n;
    sizes[2 * k] = runs.size.height;
    sizes[2 * k + 1] = runs.size.width;
  }
  std::uint32_t* const counts = out.counts.grow(total);
  const double cost = 5 + 0.5 * double(total) / double(std::max<std::int64_t>(n, 1));
  for_ranges(exec, n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; k++) {
      const RunList runs = item(k);
      std::copy(runs.counts, runs.counts + runs.n, counts + ends[k] - runs.n);
    }
  });
  return out;
}

// Room for the counts of `items` items, guessed from those that are there: moving counts over and
// over as they grow costs a tenth of making them.
void foresee_counts(std::int64_t items, Runs& runs);

// Calls fill(part, begin, end) for `chunks` stretches of [0, n), several threads at a time. The
// calling thread goes from the first item on and fills `all`, one stretch behind the other. The
// others come from the last one, with a part of `parts` for each stretch, so that only parts are to
// be copied in the end: those from the one on that is returned.
template <class Part, class Fill>
std::int64_t fill_parts(const Exec& exec, std::int64_t n, std::int64_t chunks, Part& all,
                        std::vector<Part>& parts, Fill fill) {
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<std::int64_t> front{0};
  std::atomic<std::int64_t> back{chunks};
  parts.resize(static_cast<std::size_t>(chunks));
  for_chunks(exec, chunks, chunks, [&](std::int64_t, std::int64_t, std::int64_t) {
    const bool in_place = std::this_thread::get_id() == caller;
    const std::int64_t chunk = in_place ? front++ : --back;
    const std::int64_t begin = chunk_begin(n, chunks, chunk);
    const std::int64_t end = chunk_begin(n, chunks, chunk + 1);
    if (in_place) return fill(all, begin, end);
    Part part;  // not in its place yet: what threads write next to each other would be slow
    fill(part, begin, end);
    parts[static_cast<std::size_t>(chunk)] = std::move(part);
  });
  return front;
}

// make(i, counts) appends the counts of item i and returns its size; one item costs about `cost`
// nanoseconds. The result does not depend on the number of threads.
template <class Make>
Runs collect(const Exec& exec, std::int64_t n, double cost, Make make) {
  const std::int64_t chunks = chunk_count(exec, n, cost, 16);
  // Appends items [begin, end) to a batch that is to hold `foreseen`.
  const auto fill = [&make, cost](Runs& to, std::int64_t begin, std::int64_t end,
                                  std::int64_t foreseen) {
    for (std::int64_t i = begin; i < end; i++) {
      const std::int64_t before = to.counts.size();
      to.end_item(make(i, to.counts));
      const std::int64_t added = to.counts.size() - before;
      if (to.counts.capacity() - to.counts.size() < added) foresee_counts(foreseen, to);
      poll(cost);
    }
  };
  Runs all;
  all.reserve_items(n);
  if (chunks <= 1) {  // straight into the result: a small call is over in less than a microsecond
    fill(all, 0, n, n);
    all.counts.shrink();
    return all;
  }
  std::vector<Runs> parts;
  const std::int64_t first =
      fill_parts(exec, n, chunks, all, parts, [&](Runs& to, std::int64_t begin, std::int64_t end) {
        const std::int64_t foreseen = &to == &all ? n : end - begin;
        if (&to != &all) to.reserve_items(foreseen);
        fill(to, begin, end, foreseen);
      });
  append_parts(exec, parts, first, all);
  all.counts.shrink();
  return all;
}

}  // namespace me
