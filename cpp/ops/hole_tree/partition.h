// All pixels of a mask or map as regions: of equal values, background included, and the outside.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/row_lines.h"
#include "runs/runs.h"

namespace me::cpu {

// A line is a row, or a column of a run-length mask; positions are half-open.
struct Region {
  std::uint64_t value = 0;
  std::uint64_t area = 0;
  std::uint32_t along_begin = 0, along_end = 0;
  std::uint32_t line_begin = 0, line_end = 0;
  std::uint32_t first_along = 0;  // where its first stretch in its first line begins
  std::uint32_t lowest_line = 0;  // the first line with a stretch that begins at along_begin
  std::uint32_t before = 0;       // the region of what lies before its first stretch

  void add(const Region& other);
};

// Region 0 is the outside: what surrounds the image, with the background that reaches its edge.
// Others are numbered by their first stretches. Background is connected the other way (by corners
// when `corners` is false).
class Partition {
 public:
  // `linked`: keeps which regions touch, by edges, and without `corners` at corners, too.
  Partition(const DenseItem& item, bool valued, bool corners, bool linked);
  Partition(const RunList& runs, bool corners);

  const Buffer<Region>& regions() const { return regions_; }
  Buffer<Region>& regions() { return regions_; }

  struct Link {
    std::uint32_t a, b;
  };
  const Buffer<Link>& links() const { return links_; }

 private:
  struct Stretches {
    Buffer<std::uint32_t> begins;  // one more than there are stretches
    Buffer<std::uint64_t> values;
    Buffer<std::uint32_t> labels;
    std::int64_t n = 0;
    std::uint32_t end = 0;  // where the last one ends

    void restart(std::int64_t room);
    bool equals(const Stretches& other) const;
    void add(std::uint32_t begin, std::uint64_t value) {
      begins[n] = begin;
      values[n++] = value;
    }
  };
  class Columns;

  // Labels line_, which stands for `lines` equal ones; `at_edge`: the first or the last is of them.
  void join(std::int64_t number, std::int64_t lines, bool at_edge);
  // Adds `lines` more that are as before_.
  void repeat(std::int64_t number, std::int64_t lines);
  std::uint32_t join_stretch(std::int64_t k, std::int64_t& first, bool outside);
  void link(std::uint32_t a, std::uint32_t b);
  void finish();

  bool corners_, linked_;
  Stretches before_, line_;
  Buffer<std::uint32_t> parents_;
  Buffer<Region> regions_;
  Buffer<Link> links_;
};

}  // namespace me::cpu
