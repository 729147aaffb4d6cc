#include "runs/collect.h"

namespace me {

void foresee_counts(std::int64_t items, Runs& runs) {
  if (runs.n() >= items) return;
  // A first item may be unlike the rest: no more than eight times what is there.
  const auto size = static_cast<double>(runs.counts.size());
  const double wanted = 1.0625 * size / static_cast<double>(runs.n()) * static_cast<double>(items);
  runs.counts.reserve(static_cast<std::int64_t>(std::min(wanted, 8 * size)));
}

namespace {

// One part may be gigabytes, and nobody waits so long for a call to end.
void copy_counts(const std::uint32_t* from, std::int64_t n, std::uint32_t* to) {
  constexpr std::int64_t piece = std::int64_t{1} << 20;
  for (std::int64_t begin = 0; begin < n; begin += piece) {
    const std::int64_t end = std::min(begin + piece, n);
    std::copy(from + begin, from + end, to + begin);
    poll(0.5 * double(end - begin));
  }
}

}  // namespace

void append_parts(const Exec& exec, const std::vector<RunsView>& parts, Runs& all) {
  struct Place {
    std::int64_t item, count;
  };
  Buffer<Place> places;
  Place end{all.n(), all.counts.size()};
  const Place start = end;
  for (const RunsView& part : parts) {
    places.push_back(end);
    end.item += part.n;
    end.count += part.total_counts();
  }
  all.counts.grow(end.count - start.count);
  all.offsets.grow(end.item - start.item);
  all.sizes.grow(2 * (end.item - start.item));
  const auto n = static_cast<std::int64_t>(parts.size());
  const double values = double(end.count - start.count) + 3.0 * double(end.item - start.item);
  const double cost = 0.5 * values / double(std::max<std::int64_t>(n, 1));
  for_ranges(exec, n, cost, [&](std::int64_t begin, std::int64_t stop) {
    for (std::int64_t k = begin; k < stop; k++) {
      const RunsView& part = parts[static_cast<std::size_t>(k)];
      if (part.n == 0) continue;
      const Place at = places[k];
      const std::int64_t base = part.offsets[0];
      copy_counts(part.counts + base, part.total_counts(), all.counts.data() + at.count);
      std::copy(part.sizes, part.sizes + 2 * part.n, all.sizes.data() + 2 * at.item);
      std::int64_t* const offsets = all.offsets.data() + at.item + 1;
      for (std::int64_t i = 0; i < part.n; i++) offsets[i] = at.count + part.offsets[i + 1] - base;
    }
  });
}

void append_parts(const Exec& exec, const std::vector<Runs>& parts, std::int64_t first, Runs& all) {
  std::vector<RunsView> views;
  for (std::size_t k = static_cast<std::size_t>(first); k < parts.size(); k++) {
    views.push_back(parts[k].view());
  }
  append_parts(exec, views, all);
}

}  // namespace me
