// Stretches are walked in pairs: one step takes the later begin and the earlier end and leaves the
// stretch that ends first. That is half the steps of a merge of all ends of runs, and none of them
// depends on a branch.
#include "runs/overlap.h"

#include <algorithm>

#include "base/kept_by_thread.h"
#include "runs/ends.h"
#include "runs/scratch.h"

namespace me {
namespace {

// 0, the ends of the runs, and the area twice more: so that there are pairs from 0 or from 1 on.
inline constexpr std::int64_t padding = 3;

// Writes them to out[0, n + padding); false when they do not rise from the second on to the area.
bool bounds_of(const RunList& runs, std::uint32_t* out) {
  if (!write_ends(runs, out + 1)) return false;
  out[0] = 0;
  out[runs.n + 1] = out[runs.n + 2] = static_cast<std::uint32_t>(runs.size.area());
  return true;
}

// Stretches [bounds[0], bounds[1]), [bounds[2], bounds[3]), ... up to `end`; the first and the last
// may be empty.
struct Stretches {
  const std::uint32_t* bounds;
  const std::uint32_t* end;

  Stretches(const std::uint32_t* ends, std::int64_t n, Side side)
      : bounds(side == Side::background ? ends : ends + 1), end(bounds) {
    end += (side == Side::background ? n + 2 : n + 1) / 2 * 2;
  }
};

// Writes the bounds of what both have to `out`; returns their end.
std::uint32_t* write_shared(const Stretches& a, const Stretches& b, std::uint32_t* out) {
  const std::uint32_t* p = a.bounds;
  const std::uint32_t* q = b.bounds;
  while (p < a.end && q < b.end) {
    const std::uint32_t begin = std::max(p[0], q[0]);
    const std::uint32_t end = std::min(p[1], q[1]);
    out[0] = begin;
    out[1] = end;
    out += begin < end ? 2 : 0;
    const bool p_first = p[1] < q[1];
    p += p_first ? 2 : 0;
    q += p_first ? 0 : 2;
  }
  return out;
}

}  // namespace

bool append_overlap(const RunList& a, Side side_a, const RunList& b, Side side_b, Side result,
                    Buffer<std::uint32_t>& counts) {
  const std::int64_t area = a.size.area();
  if (area == 0 || area > UINT32_MAX) return false;
  Buffer<std::uint32_t>& kept = kept_by_thread<Buffer<std::uint32_t>>([] {});
  const std::int64_t room =
      a.n + b.n + 2 * padding;  // for the ends of both, and for what is shared
  const Scratch<std::uint32_t> scratch(kept, 2 * room);
  std::uint32_t* const ends_a = scratch.data();
  std::uint32_t* const ends_b = ends_a + a.n + padding;
  if (!bounds_of(a, ends_a) || !bounds_of(b, ends_b)) return false;
  std::uint32_t* const shared = ends_a + room + 1;
  const std::int64_t n =
      write_shared({ends_a, a.n, side_a}, {ends_b, b.n, side_b}, shared) - shared;
  // The value changes at 0, too, where the background is what was found; twice is not at all.
  const std::uint32_t* first = shared;
  const std::uint32_t* const last = shared + n;
  if (result == Side::background) {
    if (n > 0 && shared[0] == 0) {
      first++;
    } else {
      first--;
      shared[-1] = 0;
    }
  }
  std::uint32_t* out = counts.grow(last - first + 1);
  std::uint32_t before = 0;
  if (first != last) {
    out[0] = first[0];
    for (std::int64_t k = 1; k < last - first; k++) out[k] = first[k] - first[k - 1];
    before = last[-1];
    out += last - first;
  }
  *out = static_cast<std::uint32_t>(area) - before;
  if (*out == 0) counts.truncate(counts.size() - 1);
  return true;
}

}  // namespace me
