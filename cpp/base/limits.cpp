#include "base/limits.h"

#include <array>
#include <atomic>
#include <string>

namespace me {
namespace {

struct Entry {
  const char* name;
  std::atomic<std::int64_t> value;
};

// In the order of the enumeration. Python's table has the same defaults and sets them anew.
std::array<Entry, limit_count>& entries() {
  static std::array<Entry, limit_count> table{{
      {"decode_pixels", {std::int64_t{1} << 28}},
      {"mask_runs", {std::int64_t{1} << 26}},
      {"counts_bytes", {std::int64_t{1} << 28}},
      {"item_vertices", {10'000'000}},
      {"crossings", {std::int64_t{1} << 28}},
      {"json_depth", {64}},
  }};
  return table;
}

Entry& entry(Limit limit) { return entries()[static_cast<std::size_t>(limit)]; }

}  // namespace

const char* limit_name(Limit limit) { return entry(limit).name; }

std::int64_t limit_of(Limit limit) { return entry(limit).value.load(std::memory_order_relaxed); }

void set_limit(Limit limit, std::int64_t value) {
  entry(limit).value.store(value, std::memory_order_relaxed);
}

LimitError::LimitError(Limit passed, std::int64_t needed, const char* parameter_name,
                       std::int64_t item)
    : Error(ErrorKind::limit, parameter_name,
            std::string("the limit ") + limit_name(passed) + " of " +
                std::to_string(limit_of(passed)) + " would be passed: " + std::to_string(needed),
            item),
      name(limit_name(passed)),
      value(needed) {}

}  // namespace me
