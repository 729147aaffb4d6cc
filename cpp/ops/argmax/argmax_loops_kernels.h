// The loops of argmax, which compilers turn into vectors. `Cpu` is a type of the including file
// alone, so that no instance is shared between CPU levels.
#pragma once
#include "ops/argmax/argmax_kernels.h"

namespace me::kernels {

inline constexpr float score_infinity = __builtin_inff();

template <class Cpu>
struct ScoreMath {
  static float of_bits(std::int32_t bits) {
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
  }
  static std::int32_t bits_of(float value) {
    std::int32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
  }

  // The larger of x <= 0 and -87; and of x >= 0 and 1e-30. Of bits, as a choice of numbers becomes
  // a branch, and that no vector.
  static float at_least_low(float x) {
    const std::int32_t size = bits_of(x) & 0x7fffffff;
    return of_bits((size < 0x42ae0000 ? size : 0x42ae0000) | INT32_MIN);
  }
  static float at_least_tiny(float x) {
    const std::int32_t size = bits_of(x);
    return of_bits(size > 0x0da24260 ? size : 0x0da24260);
  }

  // exp(x) of x in [-87, 0], to 2 units in the last place: 2^n exp(r) with |r| <= log(2) / 2.
  static float exp(float x) {
    const auto n = static_cast<std::int32_t>(x * 1.44269504f - 0.5f);
    const auto whole = static_cast<float>(n);
    const float r = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return p * of_bits((n + 127) << 23);
  }

  // log(x) of a normal x > 0: e log(2) + 2 artanh((m - 1) / (m + 1)), m in [sqrt(1/2), sqrt(2)).
  static float log(float x) {
    const std::int32_t bits = bits_of(x);
    const std::int32_t e = (bits - 0x3f3504f3) >> 23;
    const float m = of_bits(bits - e * (1 << 23));
    const float f = (m - 1.0f) / (m + 1.0f);
    const float f2 = f * f;
    float p = 1.0f / 9;
    p = p * f2 + 1.0f / 7;
    p = p * f2 + 0.2f;
    p = p * f2 + 1.0f / 3;
    p = p * f2 + 1.0f;
    return static_cast<float>(e) * 0.693147181f + 2.0f * f * p;
  }
};

template <class Cpu, class T>
struct ScoreLoops {
  using Math = ScoreMath<Cpu>;
  using Best = BestScores<T>;

  static bool first(const ScoreBlock<T>& block, bool logits, bool backwards, Best& out) {
    const T low = logits ? -static_cast<T>(score_infinity) : T(0);
    std::uint32_t bad = 0;
    for (std::int64_t k = 0; k < block.classes; k++) {
      const std::int64_t c = backwards ? block.classes - 1 - k : k;
      const T* const scores = block.scores + c * block.stride;
      if (k == 0) {
        start(scores, block.n, static_cast<std::uint32_t>(c), low, out, bad);
      } else {
        next(scores, block.n, static_cast<std::uint32_t>(c), low, out, bad);
      }
    }
    for (std::int64_t i = 0; i < block.n; i++) {
      bad |= out.best[i] > -static_cast<T>(score_infinity) ? 0u : 1u;
    }
    return bad == 0;
  }

  static void start(const T* __restrict scores, std::int64_t n, std::uint32_t c, T low,
                    Best& __restrict out, std::uint32_t& bad) {
    std::uint32_t any = 0;
    for (std::int64_t i = 0; i < n; i++) {
      const T v = scores[i];
      any |= (v >= low ? 0u : 1u) | (v < static_cast<T>(score_infinity) ? 0u : 1u);
      out.best[i] = v;
      out.second[i] = -static_cast<T>(score_infinity);
      out.index[i] = c;
    }
    bad |= any;
  }

  static void next(const T* __restrict scores, std::int64_t n, std::uint32_t c, T low,
                   Best& __restrict out, std::uint32_t& bad) {
    std::uint32_t any = 0;
    for (std::int64_t i = 0; i < n; i++) {
      const T v = scores[i];
      const T best = out.best[i];
      const T second = out.second[i];
      any |= (v >= low ? 0u : 1u) | (v < static_cast<T>(score_infinity) ? 0u : 1u);
      const T less = v > best ? best : v;
      out.second[i] = less > second ? less : second;
      out.best[i] = v > best ? v : best;
      out.index[i] = v > best ? c : out.index[i];
    }
    bad |= any;
  }

  static void sums(const ScoreBlock<T>& block, bool logits, bool entropy, Best& out) {
    for (std::int64_t i = 0; i < block.n; i++) out.sum[i] = out.spread[i] = 0;
    for (std::int64_t c = 0; c < block.classes; c++) {
      const T* const scores = block.scores + c * block.stride;
      if (logits) {
        entropy ? add_logits<true>(scores, block.n, out) : add_logits<false>(scores, block.n, out);
      } else {
        entropy ? add_shares<true>(scores, block.n, out) : add_shares<false>(scores, block.n, out);
      }
    }
  }

  template <bool Entropy>
  static void add_logits(const T* __restrict scores, std::int64_t n, Best& __restrict out) {
    for (std::int64_t i = 0; i < n; i++) {
      const float d = Math::at_least_low(static_cast<float>(scores[i] - out.best[i]));
      const float e = Math::exp(d);
      out.sum[i] += e;
      if constexpr (Entropy) out.spread[i] += e * d;
    }
  }

  template <bool Entropy>
  static void add_shares(const T* __restrict scores, std::int64_t n, Best& __restrict out) {
    for (std::int64_t i = 0; i < n; i++) {
      const auto p = static_cast<float>(scores[i]);
      out.sum[i] += p;
      if constexpr (Entropy) out.spread[i] += p * Math::log(Math::at_least_tiny(p));
    }
  }

  static float in_range(float value) {
    const float low = value > 0.0f ? value : 0.0f;
    return low < 1.0f ? low : 1.0f;
  }

  // Probabilities that are all zero say nothing: not sure at all.
  static void by_share(const Best& found, std::int64_t n, std::int64_t, bool logits, float* out) {
    for (std::int64_t i = 0; i < n; i++) {
      const float best = logits ? 1.0f : static_cast<float>(found.best[i]);
      const float sum = found.sum[i] > 0.0f ? found.sum[i] : 1.0f;
      out[i] = in_range(1.0f - best / sum);
    }
  }

  static void by_lead(const Best& found, std::int64_t n, std::int64_t, bool logits, float* out) {
    for (std::int64_t i = 0; i < n; i++) {
      const float sum = found.sum[i] > 0.0f ? found.sum[i] : 1.0f;
      const T down = found.second[i] - found.best[i];
      const auto less = static_cast<float>(down);
      const float lead = logits ? 1.0f - Math::exp(Math::at_least_low(less)) : -less;
      const float share = in_range(1.0f - lead / sum);
      out[i] = found.sum[i] > 0.0f ? share : 1.0f;
    }
  }

  static void by_entropy(const Best& found, std::int64_t n, std::int64_t classes, bool,
                         float* out) {
    const float most = classes > 1 ? Math::log(static_cast<float>(classes)) : score_infinity;
    for (std::int64_t i = 0; i < n; i++) {
      const float sum = Math::at_least_tiny(found.sum[i]);
      const float entropy = Math::log(sum) - found.spread[i] / sum;
      const float share = in_range(entropy / most);
      out[i] = found.sum[i] > 1e-30f ? share : 1.0f;
    }
  }

  static constexpr ScoreKernels<T> all() { return {first, sums, {by_share, by_lead, by_entropy}}; }
};

template <class Cpu>
void widen_half(const std::uint16_t* __restrict from, std::int64_t n, float* __restrict to) {
  for (std::int64_t i = 0; i < n; i++) {
    const std::int32_t bits = from[i];
    const std::int32_t rest = (bits & 0x7fff) << 13;
    const std::int32_t sign = (bits & 0x8000) << 16;
    const float scaled = ScoreMath<Cpu>::of_bits(rest) * 0x1p112f;     // exact, subnormals too
    const std::int32_t special = rest >= 0x0f800000 ? 0x7f800000 : 0;  // infinity and NaN
    to[i] = ScoreMath<Cpu>::of_bits(ScoreMath<Cpu>::bits_of(scaled) | sign | special);
  }
}

template <class Cpu>
void widen_bytes(const std::uint8_t* __restrict from, std::int64_t n, float* __restrict to) {
  for (std::int64_t i = 0; i < n; i++) to[i] = static_cast<float>(from[i]);
}

template <class Cpu>
constexpr ArgmaxKernels argmax_loops() {
  return {ScoreLoops<Cpu, float>::all(), ScoreLoops<Cpu, double>::all(), widen_half<Cpu>,
          widen_bytes<Cpu>};
}

}  // namespace me::kernels
