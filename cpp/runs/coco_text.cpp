#include "runs/coco_text.h"

namespace me {
namespace {

// 2^32-1 against 0 needs 33 bits and a sign: seven groups of five.
constexpr std::int64_t max_groups = 7;

std::string reason_at(const char* what, std::int64_t position) {
  return std::string(what) + " at character " + std::to_string(position);
}

}  // namespace

void append_coco_text(const RunList& runs, Buffer<char>& text) {
  char* const first = text.grow(runs.n * max_groups);
  char* out = first;
  for (std::int64_t i = 0; i < runs.n; i++) {
    std::int64_t value = runs.counts[i];
    if (i > 2) value -= runs.counts[i - 2];
    bool more = true;
    while (more) {
      std::int64_t group = value & 0x1f;
      value >>= 5;
      more = (group & 0x10) != 0 ? value != -1 : value != 0;
      if (more) group |= 0x20;
      *out++ = static_cast<char>(group + 48);
    }
  }
  text.truncate(text.size() - (runs.n * max_groups - (out - first)));
}

std::string parse_coco_text(const char* text, std::int64_t length, Buffer<std::uint32_t>& counts) {
  const std::int64_t start = counts.size();
  std::uint32_t* const first = counts.grow(length);  // a count takes one character or more
  std::int64_t n = 0;
  std::string reason;
  std::int64_t p = 0;
  while (p < length) {
    std::int64_t value = 0;
    std::int64_t shift = 0;
    std::int64_t group = 0;
    do {
      if (p == length) return counts.truncate(start), reason_at("cut inside a count", p);
      if (shift == 5 * max_groups) return counts.truncate(start), reason_at("count too long", p);
      group = static_cast<unsigned char>(text[p]) - 48;
      if (group < 0 || group > 63) {
        return counts.truncate(start), reason_at("expected a character in '0'..'o'", p);
      }
      value |= (group & 0x1f) << shift;
      shift += 5;
      p++;
    } while ((group & 0x20) != 0);
    if ((group & 0x10) != 0) value -= std::int64_t{1} << shift;
    if (n > 2) value += first[n - 2];
    if (value < 0 || value > UINT32_MAX) {
      return counts.truncate(start), reason_at("count outside [0, 4294967295]", p - 1);
    }
    first[n++] = static_cast<std::uint32_t>(value);
  }
  counts.truncate(start + n);
  return reason;
}

}  // namespace me
