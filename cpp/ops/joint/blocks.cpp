#include "ops/joint/blocks.h"

#include <cstdlib>
#include <utility>

namespace me::cpu {

void straighten(Maps& maps) {
  const auto all = [&maps](auto holds) { return std::all_of(maps.begin(), maps.end(), holds); };
  if (all([](const MaskView& v) {
        return std::abs(v.row_stride) < std::abs(v.column_stride) && v.height > 1 && v.width > 1;
      })) {
    for (MaskView& v : maps) {
      std::swap(v.height, v.width);
      std::swap(v.row_stride, v.column_stride);
    }
  }
  if (!all([](const MaskView& v) {
        const std::int64_t bytes = element_bytes(v.element);
        return (v.column_stride == bytes || v.width == 1) &&
               (v.row_stride == v.width * bytes || v.height == 1);
      })) {
    return;
  }
  for (MaskView& v : maps) {
    v.width *= v.height;
    v.height = 1;
    v.column_stride = element_bytes(v.element);
    v.row_stride = v.width * v.column_stride;
  }
  if (!all([](const MaskView& v) { return v.item_stride == v.row_stride || v.n == 1; })) return;
  for (MaskView& v : maps) {
    v.width *= v.n;
    v.n = 1;
  }
}

MapChanges::MapChanges(std::int64_t bytes)
    : fused_(select<kernels::AddChanges>(nullptr, nullptr,
                                         ME_X86(kernels::add_changes_avx512[width_index(bytes)]))),
      found_(change_kernels().changes[width_index(bytes)]) {}

void MapChanges::add(const char* values, std::int64_t n, std::uint64_t* words,
                     std::uint64_t* spare) const {
  if (fused_ != nullptr) {
    fused_(values, n, words);
    return;
  }
  found_(values, n, spare);
  for (std::int64_t k = 0; k < (n + 63) / 64; k++) words[k] |= spare[k];
}

kernels::PairStarts pair_starts_of(const std::vector<std::int64_t>& bytes) {
  if (bytes.size() != 2 || bytes[0] != bytes[1]) return nullptr;
  return select<kernels::PairStarts>(nullptr, nullptr,
                                     ME_X86(kernels::pair_starts_avx512[width_index(bytes[0])]));
}

}  // namespace me::cpu
