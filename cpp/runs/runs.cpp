#include "runs/runs.h"

namespace me {

void append(Runs& to, const Runs& part) {
  const std::int64_t base = to.counts.size();
  to.counts.append(part.counts.data(), part.counts.size());
  to.sizes.append(part.sizes.data(), part.sizes.size());
  std::int64_t* offsets = to.offsets.grow(part.n());
  for (std::int64_t i = 0; i < part.n(); i++) offsets[i] = base + part.offsets[i + 1];
}

std::string validate(const RunList& runs) {
  const auto [height, width] = runs.size;
  if (height < 0 || width < 0 || height > max_side || width > max_side) {
    return "expected a size of two integers in [0, 2147483647], got (" + std::to_string(height) +
           ", " + std::to_string(width) + ")";
  }
  if (runs.n < 1) return "expected at least one count, got none";
  std::uint64_t sum = 0;  // 2^31 counts of 2^32 cannot overflow
  if (runs.n > INT32_MAX) return "expected fewer than 2^31 counts";
  for (std::int64_t i = 0; i < runs.n; i++) sum += runs.counts[i];
  const auto wanted = static_cast<std::uint64_t>(runs.size.area());
  if (sum != wanted) {
    return "expected counts that sum to " + std::to_string(height) + " * " + std::to_string(width) +
           " = " + std::to_string(wanted) + ", got a sum of " + std::to_string(sum);
  }
  return {};
}

std::string validate(const std::uint32_t* counts, std::int64_t counts_size,
                     const std::int64_t* offsets, std::int64_t offsets_size,
                     const std::int64_t* sizes, std::int64_t n, std::int64_t* index) {
  *index = -1;
  if (offsets_size != n + 1) {
    return "expected " + std::to_string(n + 1) + " offsets for " + std::to_string(n) +
           " sizes, got " + std::to_string(offsets_size);
  }
  if (offsets[0] < 0 || offsets[n] > counts_size) {
    return "expected offsets in [0, " + std::to_string(counts_size) + "], got " +
           std::to_string(offsets[0]) + " to " + std::to_string(offsets[n]);
  }
  for (std::int64_t i = 0; i < n; i++) {
    if (offsets[i + 1] < offsets[i]) {
      *index = i;
      return "expected offsets that do not decrease, got " + std::to_string(offsets[i]) +
             " before " + std::to_string(offsets[i + 1]);
    }
  }
  const RunsView view{counts, offsets, sizes, n};
  for (std::int64_t i = 0; i < n; i++) {
    std::string reason = validate(view[i]);
    if (!reason.empty()) {
      *index = i;
      return reason;
    }
  }
  return {};
}

}  // namespace me
