#include "ops/decode_labels/decode_labels.h"

#include <algorithm>
#include <cstring>

#include "base/parallel.h"
#include "base/values.h"

namespace me::cpu {

void decode_labels(const RunsView& maps, const char* labels, std::int64_t bytes, char* out,
                   const Exec& exec) {
  if (maps.n == 0) return;
  const std::int64_t area = maps.size(0).area();  // all have one size
  with_unsigned(bytes, [&](auto zero) {
    using T = decltype(zero);
    T* const pixels = reinterpret_cast<T*>(out);
    for_ranges(exec, maps.n, 0.2 * double(area), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; i++) {
        T* to = pixels + i * area;
        for (std::int64_t k = maps.offsets[i]; k < maps.offsets[i + 1]; k++) {
          T label;
          std::memcpy(&label, labels + (k - maps.offsets[0]) * std::int64_t{sizeof(T)}, sizeof(T));
          to = std::fill_n(to, std::int64_t{maps.counts[k]}, label);
        }
      }
    });
  });
}

}  // namespace me::cpu
