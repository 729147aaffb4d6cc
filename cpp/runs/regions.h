// The engine of connected regions: runs of one line are joined with those of the line before.
//
// A line is a row of a dense mask or a column of a run-length one. Its runs lie in order; a run
// takes the label of the first run before it that it touches, and further ones are merged. Labels
// are given in the order of lines and of runs in a line, and the smaller one stays: after
// `flatten`, components are numbered by their first run.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/buffer.h"
#include "base/error.h"
#include "base/room.h"
#include "runs/power_sums.h"
#include "runs/strands.h"

namespace me {

// Sums of numbers below 2^64 that may pass it.
struct LongSum {
  std::uint64_t low = 0, high = 0;
  void add(std::uint64_t value) {
    low += value;
    high += low < value ? 1 : 0;
  }
  void add(const LongSum& other) {
    add(other.low);
    high += other.high;
  }
  // values * times, of which each is below 2^63 and 2^31
  void add_times(std::uint64_t value, std::uint64_t times) {
    if (times == 1 || value < (std::uint64_t{1} << 32)) {
      add(value * times);
      return;
    }
    const std::uint64_t upper = (value >> 32) * times;  // below 2^62
    add((value & 0xFFFFFFFF) * times);
    add(upper << 32);
    high += upper >> 32;
  }
  double value() const { return static_cast<double>(high) * 0x1p64 + static_cast<double>(low); }
};

// What is gathered of one region; positions along a line and numbers of lines are half-open.
struct Sums {
  std::uint64_t area = 0;
  LongSum twice_along, twice_across;  // of the coordinates of pixel centres
  std::int64_t pieces = 0;            // runs minus touching pairs of runs: the Euler number
  std::int64_t outline = 0;           // half the length along pixel edges
  // 2^32 * where the region begins along lines + the first line with a run that begins there: one
  // number, so that no branch comes of the smallest.
  std::uint64_t lowest = 0;
  std::uint32_t along_end = 0;
  std::uint32_t line_begin = 0, line_end = 0;
  std::uint32_t first_along = 0;  // where the first run of the first line begins

  std::uint32_t along_begin() const { return static_cast<std::uint32_t>(lowest >> 32); }
  std::uint32_t lowest_line() const { return static_cast<std::uint32_t>(lowest); }

  // Adds what was gathered of a region that starts later.
  void add(const Sums& other) {
    area += other.area;
    twice_along.add(other.twice_along);
    twice_across.add(other.twice_across);
    pieces += other.pieces;
    outline += other.outline;
    lowest = std::min(lowest, other.lowest);
    along_end = std::max(along_end, other.along_end);
    line_end = std::max(line_end, other.line_end);
  }

  // Adds a run [begin, end) that is the same in lines [line, line + lines), which touches
  // `contacts` runs of the line before and shares `shared` pixel edges with them.
  void add_run(std::uint32_t begin, std::uint32_t end, std::int64_t line, std::int64_t lines,
               std::int64_t contacts, std::int64_t shared) {
    const std::uint64_t length = end - begin;
    const auto times = static_cast<std::uint64_t>(lines);
    area += length * times;
    twice_along.add_times(length * (std::uint64_t{begin} + end), times);
    twice_across.add_times(length * static_cast<std::uint64_t>(2 * line + lines), times);
    pieces += 1 - contacts;
    outline += static_cast<std::int64_t>(length) - shared + lines;
    lowest = std::min(lowest, std::uint64_t{begin} << 32 | static_cast<std::uint32_t>(line));
    along_end = std::max(along_end, end);
    line_end = static_cast<std::uint32_t>(line + lines);
  }

  static Sums starting_at(std::uint32_t begin, std::int64_t line) {
    Sums sums;
    sums.first_along = sums.along_end = begin;
    sums.line_begin = sums.line_end = static_cast<std::uint32_t>(line);
    sums.lowest = std::uint64_t{begin} << 32 | sums.line_begin;
    return sums;
  }
};

// The runs of one line. Of a line of foreground alone, run j is [bounds[2j], bounds[2j + 1]); of a
// valued line, stretch j is [bounds[j], bounds[j + 1]) and has values[j], where 0 is background.
// Behind the last there is one more that touches nothing.
struct Line {
  static constexpr std::uint32_t nowhere = 0xFFFFFFF0;

  Buffer<std::uint32_t> bounds;
  Buffer<std::uint64_t> values;
  Buffer<std::uint32_t> labels;
  std::int64_t n = 0;

  // Room for `runs` runs; what was in the line is lost.
  void room(std::int64_t runs) {
    bounds.clear();
    bounds.grow(2 * runs + 16);
    labels.clear();
    labels.grow(runs + 16);
  }
};

// What a run has in common with the line before: runs that it touches, and pixel edges.
struct Contacts {
  std::uint32_t n, shared;
};

// Label -> the smallest label known to be of the same region; label 0 is background.
class Forest {
 public:
  Forest() { clear(); }

  void clear() {
    parents_.clear();
    parents_.push_back(0);
    sums_.clear();
    sums_.push_back(Sums{});
    values_.clear();
    values_.push_back(0);
    strands_.clear();
  }

  // Room for `n` labels.
  void reserve(std::int64_t n, bool valued, bool measured) {
    enlarge(parents_, n);
    if (measured) enlarge(sums_, n);
    if (valued) enlarge(values_, n);
  }
  // Room for the labels of a line of `n` runs, which joining it then never has to make.
  void room_for_line(std::int64_t n, bool valued, bool measured) {
    constexpr std::int64_t padding = 64;
    make_room(parents_, n + padding);
    if (measured) make_room(sums_, n + padding);
    if (valued) make_room(values_, n + padding);
  }

  Buffer<std::uint32_t>& parents() { return parents_; }
  const Buffer<std::uint32_t>& parents() const { return parents_; }
  Buffer<Sums>& sums() { return sums_; }
  const Buffer<Sums>& sums() const { return sums_; }
  Buffer<std::uint64_t>& values() { return values_; }
  std::int64_t size() const { return parents_.size(); }
  // Sums that wait to be added to those of labels; `finish` it before these are read.
  Strands& strands() { return strands_; }
  void finish() { strands_.finish(sums_.data()); }
  // Scratch for the n runs of a line.
  Contacts* room_for_contacts(std::int64_t n) {
    if (contacts_.size() < n) contacts_.resize(2 * n);
    return contacts_.data();
  }

  // Splices the two paths into one (Rem's algorithm), by the smaller label.
  static std::uint32_t merge(std::uint32_t* p, std::uint32_t a, std::uint32_t b) {
    while (p[a] != p[b]) {
      if (p[a] < p[b]) std::swap(a, b);
      if (p[a] == a) {
        p[a] = p[b];
        return p[b];
      }
      const std::uint32_t next = p[a];
      p[a] = p[b];
      a = next;
    }
    return p[a];
  }

 private:
  Buffer<std::uint32_t> parents_;
  Buffer<Sums> sums_;             // as many as parents where regions are measured
  Buffer<std::uint64_t> values_;  // as many as parents where lines are valued
  Buffer<Contacts> contacts_;
  Strands strands_;
};

// What two lines may touch by, and what is kept of regions.
struct Joining {
  bool corners = true;   // runs that touch at a corner are of one region
  bool measured = true;  // sums are gathered
};

// Labels the runs of `line`, the number of which is `number`; `before` is the line before it.
// `lines` > 1: the line stands for so many equal ones, of one run each.
void join_line(const Line& before, Line& line, bool valued, const Joining& joining,
               std::int64_t number, std::int64_t lines, Forest& forest);

// What join_line comes to for a line that is equal to `before`: labels stay, and each run touches
// the one like it alone.
void repeat_line(const Line& before, bool valued, const Joining& joining, std::int64_t number,
                 Forest& forest);

// Merges the labels of touching runs of two lines that are both labelled; labels of `line` are
// raised by `raise` first. Sums, where there are any, get the contacts.
void join_seam(const Line& before, std::uint32_t raise_before, const Line& line,
               std::uint32_t raise, bool valued, const Joining& joining, Forest& forest);

// Turns the forest into numbers 1..n by first appearance, and gathers sums and values of each
// region in places [1, n]. Returns n.
std::int64_t flatten(Forest& forest, bool valued, bool measured);

}  // namespace me
