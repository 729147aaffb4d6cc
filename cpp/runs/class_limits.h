// A number of pixels for each label, and one for all others.
#pragma once
#include <algorithm>
#include <cstdint>

namespace me {

struct ClassLimits {
  const std::uint64_t* labels = nullptr;  // bits of the values, ascending
  const std::int64_t* limits = nullptr;   // one for each of `labels`
  std::int64_t n = 0;
  std::int64_t otherwise = 0;

  std::int64_t of(std::uint64_t label) const {
    const std::uint64_t* at = std::lower_bound(labels, labels + n, label);
    return at != labels + n && *at == label ? limits[at - labels] : otherwise;
  }
};

}  // namespace me
