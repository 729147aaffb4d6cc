#include "runs/coco_text.h"

#include "base/dispatch.h"
#include "runs/coco_text_kernels.h"

namespace me {
namespace {

// 2^32-1 against 0 needs 33 bits and a sign: seven groups of five.
constexpr std::int64_t max_groups = 7;

std::string reason_at(const char* what, std::int64_t position) {
  return std::string(what) + " at character " + std::to_string(position);
}

// The lower `bits` bits as a signed number.
std::int64_t extend(std::int64_t value, int bits) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << (64 - bits)) >> (64 - bits);
}

// Reads the count at *position, of any length; gives the reason of a fault.
const char* parse_one(const char* text, std::int64_t length, std::int64_t* position,
                      std::int64_t* value) {
  std::int64_t bits = 0;
  int shift = 0;
  std::int64_t group = 0x20;
  for (; (group & 0x20) != 0; shift += 5, ++*position) {
    if (*position == length) return "cut inside a count";
    if (shift == 5 * max_groups) return "count too long";
    group = static_cast<unsigned char>(text[*position]) - 48;
    if (group < 0 || group > 63) return "expected a character in '0'..'o'";
    bits |= (group & 0x1F) << shift;
  }
  *value = extend(bits, shift);
  return nullptr;
}

char* print_one(std::int64_t value, char* out) {
  bool more = true;
  while (more) {
    std::int64_t group = value & 0x1F;
    value >>= 5;
    more = (group & 0x10) != 0 ? value != -1 : value != 0;
    if (more) group |= 0x20;
    *out++ = static_cast<char>(group + 48);
  }
  return out;
}

// Writes counts [first, n).
char* print_counts(const std::uint32_t* counts, std::int64_t first, std::int64_t n, char* out) {
  for (std::int64_t i = first; i < n; i++) {
    const std::int64_t value = std::int64_t{counts[i]} - (i > 2 ? std::int64_t{counts[i - 2]} : 0);
    if (value < -512 || value > 511) {
      out = print_one(value, out);
      continue;
    }
    // One character or two is hard to foresee: both are written, and one or two are kept. The
    // room of seven a count is never passed.
    const int two = value < -16 || value > 15 ? 1 : 0;
    out[0] = static_cast<char>(((value & 0x1F) | two << 5) + 48);
    out[1] = static_cast<char>((value >> 5 & 0x1F) + 48);
    out += 1 + two;
  }
  return out;
}

}  // namespace

void append_coco_text(const RunList& runs, Buffer<char>& text) {
  constexpr std::int64_t block = 8;
  char* out = text.grow(runs.n * max_groups);
  std::int64_t i = 0;
  if (runs.n >= 3 + block) {
    const auto take = select<kernels::WriteShortCounts>(
        nullptr, ME_X86(&kernels::write_short_counts_avx2), nullptr);
    while (take != nullptr && i + block <= runs.n) {
      const std::int64_t next = i + (i == 0 ? 3 : block);
      out = print_counts(runs.counts, i, next, out);
      const kernels::CountText done = take(runs.counts, next, runs.n, out);
      i = done.next;
      out = done.out;
    }
  }
  out = print_counts(runs.counts, i, runs.n, out);
  text.truncate(out - text.data());
}

std::string parse_coco_text(const char* text, std::int64_t length, Buffer<std::uint32_t>& counts) {
  const std::int64_t start = counts.size();
  std::uint32_t* const first = counts.grow(length);  // a count takes one character or more
  std::int64_t n = 0;
  std::int64_t position = 0;
  while (position < length) {
    const auto group = static_cast<unsigned>(static_cast<unsigned char>(text[position])) - 48;
    std::int64_t value = 0;
    if (group < 0x20) {  // one character
      value = extend(group, 5);
      position++;
    } else if (const char* fault = parse_one(text, length, &position, &value)) {
      counts.truncate(start);
      return reason_at(fault, position);
    }
    if (n > 2) value += first[n - 2];
    if (value < 0 || value > UINT32_MAX) {
      counts.truncate(start);
      return reason_at("count outside [0, 4294967295]", position - 1);
    }
    first[n++] = static_cast<std::uint32_t>(value);
  }
  counts.truncate(start + n);
  return {};
}

}  // namespace me
