#include "base/dispatch.h"

#include <atomic>
#include <cstdlib>

#include "base/error.h"
#if defined(_MSC_VER) && defined(_M_X64)
#include <intrin.h>
#endif

namespace me {
namespace {

#if defined(_MSC_VER) && defined(_M_X64)
bool cpu_has(Level level) {
  int leaf[4];
  __cpuid(leaf, 1);
  const bool os_saves_ymm = (leaf[2] & (1 << 27)) && (_xgetbv(0) & 6) == 6;
  __cpuidex(leaf, 7, 0);
  const bool avx2 = os_saves_ymm && (leaf[1] & (1 << 5)) && (leaf[1] & (1 << 8));
  if (level == Level::avx2) return avx2;
  const int needed = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);  // F, DQ, BW, VL
  return avx2 && (leaf[1] & needed) == needed && (_xgetbv(0) & 0xE6) == 0xE6;
}
#elif defined(__x86_64__)
bool cpu_has(Level level) {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  if (level == Level::avx2) return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

std::vector<Level> detect() {
  std::vector<Level> levels{Level::scalar};
#if defined(__x86_64__) || defined(_M_X64)
  if (cpu_has(Level::avx2)) levels.push_back(Level::avx2);
  if (cpu_has(Level::avx512)) levels.push_back(Level::avx512);
#elif defined(__aarch64__) || defined(_M_ARM64)
  levels.push_back(Level::neon);  // every 64-bit ARM CPU has it
#endif
  return levels;
}

Level level_by_name(const std::string& name) {
  const std::vector<Level> levels = available_levels();
  if (name.empty() || name == "auto") return levels.back();
  std::string known;
  for (const Level level : levels) {
    if (name == level_name(level)) return level;
    known += std::string(known.empty() ? "" : ", ") + level_name(level);
  }
  throw Error(ErrorKind::argument, "level",
              "expected auto or one of " + known + " on this machine, got '" + name + "'");
}

Level initial_level() {
  const char* wanted = std::getenv("MASKENGINE_LEVEL");
  try {
    return level_by_name(wanted == nullptr ? "" : wanted);
  } catch (const Error&) {
    return available_levels().back();  // the Python layer reports the bad variable at import
  }
}

std::atomic<Level>& level_in_force() {
  static std::atomic<Level> level{initial_level()};
  return level;
}

}  // namespace

const char* level_name(Level level) {
  switch (level) {
    case Level::avx2:
      return "avx2";
    case Level::avx512:
      return "avx512";
    case Level::neon:
      return "neon";
    case Level::scalar:
      break;
  }
  return "scalar";
}

std::vector<Level> available_levels() {
  static const std::vector<Level> levels = detect();
  return levels;
}

Level active_level() { return level_in_force().load(std::memory_order_relaxed); }

void force_level(const std::string& name) { level_in_force().store(level_by_name(name)); }

}  // namespace me
