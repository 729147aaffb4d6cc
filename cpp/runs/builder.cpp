#include "runs/builder.h"

namespace me {

void append_toggles(Buffer<std::uint32_t>& counts, const std::int64_t* positions, std::int64_t n,
                    std::int64_t area) {
  RunBuilder builder(counts);
  std::int64_t end = 0;
  bool value = false;
  for (std::int64_t i = 0; i < n; i++) {
    builder.append(value, positions[i] - end);
    end = positions[i];
    value = !value;
  }
  builder.append(value, area - end);
  builder.finish();
}

}  // namespace me
