// CPU levels: what this machine has, which one is forced, and the choice between kernel variants.
#pragma once
#include <string>
#include <vector>

namespace me {

// neon stands beside the x86 levels: a build has one family or the other.
enum class Level { scalar = 0, avx2 = 1, avx512 = 2, neon = 3 };

const char* level_name(Level level);

// The levels that this build contains and this CPU can run, slowest first; never empty.
std::vector<Level> available_levels();

// The level in force: the forced one, else the best available.
Level active_level();

// Forces a level by name; "auto" returns to the best. Throws Error when it cannot run here.
void force_level(const std::string& name);

template <class F>
struct Variant {  // keeps nullptr from taking part in the deduction of F
  using type = F;
};

// Picks the variant of the level in force; a missing variant falls back to the next lower one.
template <class F>
F select(F scalar, typename Variant<F>::type avx2, typename Variant<F>::type avx512,
         typename Variant<F>::type neon = nullptr) {
  switch (active_level()) {
    case Level::avx512:
      if (avx512 != nullptr) return avx512;
      [[fallthrough]];
    case Level::avx2:
      return avx2 != nullptr ? avx2 : scalar;
    case Level::neon:
      return neon != nullptr ? neon : scalar;
    case Level::scalar:
      break;
  }
  return scalar;
}

}  // namespace me

// A variant exists only in builds of its family; use as select(scalar, ME_X86(f_avx2), ...).
#if defined(__x86_64__) || defined(_M_X64)
#define ME_X86(variant) variant
#else
#define ME_X86(variant) nullptr
#endif
#if defined(__aarch64__) || defined(_M_ARM64)
#define ME_NEON(variant) variant
#else
#define ME_NEON(variant) nullptr
#endif
