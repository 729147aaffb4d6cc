// Sorting that ends early when the call does.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>

#include "base/interrupt.h"

namespace me {

// std::sort that polls. What it was to sort is in any order once it throws, and values that own
// something may be lost: for plain values only.
template <class Iterator, class Before = std::less<>>
void sort_polling(Iterator begin, Iterator end, Before before = {}) {
  constexpr std::uint32_t some = 1 << 14;  // compared in about 0.1 ms
  poll(10);
  std::uint32_t asked = 0;
  // std::sort copies what compares: all copies count as one.
  std::sort(begin, end, [&before, &asked](const auto& a, const auto& b) {
    if (++asked % some == 0) poll(5.0 * some);
    return before(a, b);
  });
}

}  // namespace me
