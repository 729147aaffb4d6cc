#include "runs/grouped.h"

#include <algorithm>

#include "base/poll_some.h"
#include "base/room.h"
#include "runs/span_writer.h"

namespace me {
namespace {

// Room for `n` more values, and for as many again as there were: more groups may follow, and moving
// all before them each time took a tenth of labelling 48 masks.
template <class T>
void foresee(Buffer<T>& values, std::int64_t n) {
  if (n > values.capacity() - values.size()) {
    enlarge(values, std::max(values.size() + n, 2 * values.capacity()));
  }
}

}  // namespace

void append_groups(const Stretch* stretches, std::int64_t n, const std::uint32_t* group_of,
                   std::int64_t n_groups, Size size, Runs& out) {
  Buffer<std::int64_t> next(n_groups + 1);  // where the next stretch of each group goes
  for (std::int64_t g = 0; g <= n_groups; g++) {
    poll_some(g, 2);
    next[g] = 0;
  }
  for (std::int64_t k = 0; k < n; k++) {
    poll_some(k, 5);
    next[group_of[k] + 1]++;
  }
  std::int64_t largest = 0;
  for (std::int64_t g = 0; g < n_groups; g++) {
    poll_some(g, 2);
    largest = std::max(largest, next[g + 1]);
    next[g + 1] += next[g];
  }
  Buffer<Stretch> sorted(n);
  for (std::int64_t k = 0; k < n; k++) {
    poll_some(k, 10);
    sorted[next[group_of[k]]++] = stretches[k];
  }
  foresee(out.offsets, n_groups);
  foresee(out.sizes, 2 * n_groups);
  constexpr std::int64_t room = 16;  // a writer asks for half of what it wrote, or as much
  foresee(out.counts, 2 * n + n_groups + largest + room);
  std::int64_t k = 0;
  for (std::int64_t g = 0; g < n_groups; g++) {  // next[g] is now the end of group g
    const std::int64_t end = next[g];
    poll(20 + 5 * static_cast<double>(end - k));
    SpanWriter writer(out.counts, INT32_MAX);
    for (; k < end; k++) writer.add(sorted[k].begin, sorted[k].end);
    writer.finish(size.area());
    out.end_item(size);
  }
}

}  // namespace me
