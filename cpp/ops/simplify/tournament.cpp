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

void Tournament::change(std::uint32_t v, std::int64_t pixels, double area) {
  entrants_[v] = {pixels, area};
  std::uint32_t winner = better(v & ~1U, v | 1U);
  for (std::int64_t i = (leaves_ + v) / 2;; i /= 2) {
    const std::uint32_t before = winners_[i];
    winners_[i] = winner;
    // another one, as before: nothing changes above
    if (i == 1 || (winner == before && winner != v)) return;
    const std::uint32_t beside = winners_[i ^ 1];
    winner = (i & 1) == 0 ? better(winner, beside) : better(beside, winner);
  }
}

}  // namespace me::cpu
