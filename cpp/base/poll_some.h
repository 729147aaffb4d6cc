// Asking whether a call is to end, in loops of which a step is shorter than the question.
#pragma once
#include <cstdint>

#include "base/interrupt.h"

namespace me {

// At step k of a loop whose steps take about `ns` nanoseconds each: polls at one in 4096.
inline void poll_some(std::int64_t k, double ns) {
  constexpr std::int64_t some = 4096;
  if (k % some == 0) poll(ns * some);
}

}  // namespace me
