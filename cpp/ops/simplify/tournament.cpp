#include "ops/simplify/tournament.h"

#include <algorithm>

namespace me::cpu {

void Tournament::begin(std::int64_t n) {
  leaves_ = 2;
  while (leaves_ < n) leaves_ *= 2;
  entrants_.resize(leaves_);
  std::fill(entrants_.begin(), entrants_.end(), Entrant{out_of_it, 0});
  winners_.resize(leaves_);
}

void Tournament::start() {
  for (std::int64_t i = leaves_ / 2; i < leaves_; i++) {
    const auto left = static_cast<std::uint32_t>(2 * i - leaves_);
    winners_[i] = better(left, left + 1);
  }
  for (std::int64_t i = leaves_ / 2; --i > 0;) {
    winners_[i] = better(winners_[2 * i], winners_[2 * i + 1]);
  }
}

// Without a branch on who wins, which cannot be foreseen; so choices are made of bits.
void Tournament::change(std::uint32_t v, std::int64_t pixels, double area) {
  entrants_[v] = {pixels, bits_of(area)};
  Entrant best = entrants_[v];
  std::uint32_t winner = v;
  std::uint32_t beside = v ^ 1U;
  for (std::int64_t i = leaves_ + v; i > 1;) {
    const Entrant other = entrants_[beside];
    const bool left = (i & 1) == 0;  // of two equal ones, that is the one with the smaller number
    const bool wins = beats(best, other) | (left & !beats(other, best));
    const auto loses = static_cast<std::int64_t>(wins) - 1;  // all bits, or none
    best.pixels ^= (best.pixels ^ other.pixels) & loses;
    best.area ^= (best.area ^ other.area) & loses;
    winner ^= (winner ^ beside) & static_cast<std::uint32_t>(loses);
    i /= 2;
    const std::uint32_t before = winners_[i];
    winners_[i] = winner;
    if (winner == before && winner != v) return;  // nothing changes above
    beside = winners_[i ^ 1];
  }
}

}  // namespace me::cpu
