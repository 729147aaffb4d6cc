// Which of many vertices changes least, while what they change is itself changing. Private to
// simplify.
#pragma once
#include <cstdint>
#include <cstring>

#include "base/buffer.h"

namespace me::cpu {

// A tournament tree: each node holds the better one of two vertices. A vertex that changes meets
// those on its way up anew, no further than to one that beats it before and after.
class Tournament {
 public:
  // Vertices 0 to n - 1, none of which takes part.
  void begin(std::int64_t n);

  // Lets a vertex take part, before start().
  void enter(std::uint32_t v, std::int64_t pixels, double area) {
    entrants_[v] = {pixels, bits_of(area)};
  }
  void start();

  // The same, or with other numbers, afterwards.
  void change(std::uint32_t v, std::int64_t pixels, double area);
  // Takes part no longer.
  void leave(std::uint32_t v) { change(v, out_of_it, 0); }

  bool empty() const { return entrants_.empty() || pixels(first()) == out_of_it; }
  // The one with the fewest pixels, of these the smallest area, of these the smallest number.
  std::uint32_t first() const { return winners_[1]; }
  std::int64_t pixels(std::uint32_t v) const { return entrants_[v].pixels; }

 private:
  static constexpr std::int64_t out_of_it = INT64_MAX;

  struct Entrant {
    std::int64_t pixels;
    std::int64_t area;  // bits of a double that is not negative: they are in the same order
  };

  static std::int64_t bits_of(double area) {
    std::int64_t bits;
    std::memcpy(&bits, &area, sizeof bits);
    return bits;
  }

  static bool beats(const Entrant& a, const Entrant& b) {
    return (a.pixels < b.pixels) | ((a.pixels == b.pixels) & (a.area < b.area));
  }

  // `right` has the larger number.
  std::uint32_t better(std::uint32_t left, std::uint32_t right) const {
    return beats(entrants_[right], entrants_[left]) ? right : left;
  }

  Buffer<Entrant> entrants_;  // as many as there are leaves
  // Node i stands above nodes 2 i and 2 i + 1; the leaves, from leaves_ on, are the vertices.
  Buffer<std::uint32_t> winners_;
  std::int64_t leaves_ = 0;
};

}  // namespace me::cpu
