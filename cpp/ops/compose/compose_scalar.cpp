#include <cstring>

#include "ops/compose/compose_kernels.h"

namespace me::kernels {
namespace {

// Most runs are short: a call for each would cost as much as they do.
template <class T>
struct Pieces {
  using Value = T;
  static constexpr double front_cost = 1.2;
  static constexpr std::int64_t piece = 16 / sizeof(T);

  explicit Pieces(T label) : value(label) {
    for (T& one : values) one = label;
  }

  void operator()(T* to, std::int64_t n) const {
    if (n < piece) {
      for (std::int64_t k = 0; k < n; k++) to[k] = value;
      return;
    }
    std::memcpy(to + n - piece, values, 16);
    for (std::int64_t k = 0; k + piece < n; k += piece) std::memcpy(to + k, values, 16);
  }
  void bits(T* to, std::uint64_t bits) const { fill_bits(*this, to, bits); }

  static void word(const PaintLayers& layers, bool more, T* to) {
    T sum[64] = {};
    if (more) std::memcpy(sum, to, sizeof(sum));
    for (std::int64_t k = 0; k < layers.n; k++) {
      const std::uint64_t bits = layers.bits[k * layers.stride];
      const T label = static_cast<T>(layers.labels[k]);
      for (int i = 0; i < 64; i++) {  // arithmetic instead of a choice: no branch to foresee
        sum[i] = static_cast<T>(sum[i] | (label & static_cast<T>(0 - (bits >> i & 1))));
      }
    }
    std::memcpy(to, sum, sizeof(sum));
  }

  T value;
  T values[piece];
};

}  // namespace

const ComposeKernels compose_scalar[4] = {
    compose_with<Pieces<std::uint8_t>>, compose_with<Pieces<std::uint16_t>>,
    compose_with<Pieces<std::uint32_t>>, compose_with<Pieces<std::uint64_t>>};

}  // namespace me::kernels
