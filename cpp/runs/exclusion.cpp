// The value changes where one of the masks changes, not where both do: a merge of the ends of their
// runs in which equal ones vanish. A step without a branch waits for the one before it, so several
// merges, of parts of the image, go on side by side.
#include "runs/exclusion.h"

#include <algorithm>
#include <array>

#include "base/kept_by_thread.h"
#include "runs/ends.h"
#include "runs/scratch.h"

namespace me {
namespace {

constexpr std::size_t lanes = 3;
constexpr std::int64_t worth_lanes = 512;  // ends

// How far a merge of two lists has come.
struct Progress {
  const std::uint32_t* a;
  const std::uint32_t* b;
  std::uint32_t* out;

  // In arithmetic: of comparisons compilers make branches, which nothing can foresee.
  void step() {
    const std::uint64_t x = *a;
    const std::uint64_t y = *b;
    const std::uint64_t below = (x - y) >> 63;  // 1 where x < y
    const std::uint64_t above = (y - x) >> 63;
    *out = static_cast<std::uint32_t>(y + ((x - y) & (0 - below)));
    out += below + above;
    a += 1 - above;
    b += 1 - below;
  }
};

// The merge of [at.a, a_end) and [at.b, b_end) into [begin, at.out).
struct Merge {
  Progress at;
  const std::uint32_t *a_end, *b_end;
  std::uint32_t* begin;

  // Steps that take no more than there is.
  std::int64_t safe_steps() const { return std::min(a_end - at.a, b_end - at.b); }

  void finish() {
    while (at.a != a_end && at.b != b_end) at.step();
    at.out = std::copy(at.a, a_end, at.out);
    at.out = std::copy(at.b, b_end, at.out);
  }
};

void merge_side_by_side(std::array<Merge, lanes>& merges) {
  Merge &first = merges[0], &second = merges[1], &third = merges[2];
  for (;;) {
    std::int64_t steps = std::min({first.safe_steps(), second.safe_steps(), third.safe_steps()});
    if (steps < 8) break;
    Progress x = first.at, y = second.at, z = third.at;  // in registers
    for (; steps > 0; steps--) {
      x.step();
      y.step();
      z.step();
    }
    first.at = x;
    second.at = y;
    third.at = z;
  }
}

// Cuts both lists at the same positions; each part has as many ends of `a`.
std::array<Merge, lanes> cut(const std::uint32_t* a, std::int64_t n_a, const std::uint32_t* b,
                             std::int64_t n_b, std::uint32_t* out) {
  std::array<Merge, lanes> parts;
  const std::uint32_t* a_next = a;
  const std::uint32_t* b_next = b;
  for (std::size_t k = 0; k < lanes; k++) {
    const bool last = k + 1 == lanes;
    const auto share = static_cast<std::int64_t>(k + 1) * n_a / static_cast<std::int64_t>(lanes);
    const std::uint32_t* const a_end = a + share;
    const std::uint32_t* const b_end = last ? b + n_b : std::lower_bound(b_next, b + n_b, *a_end);
    std::uint32_t* const begin = out + (a_next - a) + (b_next - b);
    parts[k] = {{a_next, b_next, begin}, a_end, b_end, begin};
    a_next = a_end;
    b_next = b_end;
  }
  return parts;
}

}  // namespace

bool append_exclusion(const RunList& a, const RunList& b, Buffer<std::uint32_t>& counts) {
  const std::int64_t area = a.size.area();
  if (area == 0 || area > UINT32_MAX) return false;
  Buffer<std::uint32_t>& kept = kept_by_thread<Buffer<std::uint32_t>>([] {});
  const Scratch<std::uint32_t> scratch(kept, 2 * (a.n + b.n) + 1);
  std::uint32_t* const ends_a = scratch.data();
  std::uint32_t* const ends_b = ends_a + a.n;
  std::uint32_t* const merged = ends_b + b.n;
  if (!write_ends(a, ends_a) || !write_ends(b, ends_b)) return false;
  // Both end with the area.
  std::array<Merge, lanes> parts{};
  std::size_t n_parts = 1;
  if (a.n + b.n >= worth_lanes && a.n > static_cast<std::int64_t>(lanes)) {
    parts = cut(ends_a, a.n - 1, ends_b, b.n - 1, merged);
    n_parts = lanes;
    merge_side_by_side(parts);
  } else {
    parts[0] = {{ends_a, ends_b, merged}, ends_a + a.n - 1, ends_b + b.n - 1, merged};
  }
  std::uint32_t* out = counts.grow(a.n + b.n);
  std::uint32_t before = 0;
  for (std::size_t k = 0; k < n_parts; k++) {
    Merge& part = parts[k];
    part.finish();
    const std::int64_t n = part.at.out - part.begin;
    if (n == 0) continue;
    out[0] = part.begin[0] - before;
    for (std::int64_t i = 1; i < n; i++) out[i] = part.begin[i] - part.begin[i - 1];
    before = part.at.out[-1];
    out += n;
  }
  *out++ = static_cast<std::uint32_t>(area) - before;
  counts.truncate(out - counts.data());
  return true;
}

}  // namespace me
