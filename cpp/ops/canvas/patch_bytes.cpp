#include <cstring>
#include <utility>

#include "base/crc32.h"
#include "base/error.h"
#include "ops/canvas/patch.h"
#include "ops/canvas/patch_columns.h"

namespace me::cpu {
namespace {

// magic, version (2), element, 0, height (4), width (4), changes (8), pairs (8), bytes of columns
// (8); then the pairs (16 each), the columns, and the CRC-32 of all before it (4).
constexpr char magic[4] = {'M', 'E', 'C', 'P'};
constexpr std::uint64_t version = 1;
constexpr std::int64_t header_bytes = 40;
constexpr std::int64_t pair_bytes = 16;
constexpr std::int64_t checksum_bytes = 4;

void put(Buffer<std::uint8_t>& bytes, std::uint64_t value, int n) {
  for (int i = 0; i < n; i++) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

std::uint64_t get(const std::uint8_t* bytes, int n) {
  std::uint64_t value = 0;
  for (int i = 0; i < n; i++) value |= std::uint64_t{bytes[i]} << 8 * i;
  return value;
}

[[noreturn]] void refuse(const char* text, std::int64_t change = -1) {
  throw Error(ErrorKind::bad_file, "data", text, change);
}

void check(bool condition, const char* text, std::int64_t change = -1) {
  if (!condition) refuse(text, change);
}

void read_pairs(const std::uint8_t* bytes, std::int64_t n, Patch& patch) {
  Buffer<LabelPair> pairs;
  const int bits = static_cast<int>(8 * element_bytes(patch.element));
  for (std::int64_t i = 0; i < n; i++) {
    const LabelPair pair{get(bytes + pair_bytes * i, 8), get(bytes + pair_bytes * i + 8, 8)};
    check(pair.before != pair.after, "expected two different labels of each change");
    check(bits == 64 || ((pair.before | pair.after) >> bits) == 0,
          "expected labels that fit the dtype");
    pairs.push_back(pair);
  }
  Buffer<LabelPair> sorted = pairs;
  const auto key = [](const LabelPair& pair) { return std::make_pair(pair.before, pair.after); };
  std::sort(sorted.begin(), sorted.end(),
            [&](const LabelPair& a, const LabelPair& b) { return key(a) < key(b); });
  for (std::int64_t i = 1; i < n; i++) {
    check(key(sorted[i]) != key(sorted[i - 1]), "expected each pair of labels once");
  }
  patch.pairs = std::make_shared<const Buffer<LabelPair>>(std::move(pairs));
}

// Goes through all changes: they are inside the image, in order, disjoint and maximal, and name
// pairs as they first appear.
void check_columns(Patch& patch) {
  PatchColumns columns(patch.columns->data(), patch.columns->size());
  PatchColumns::Row last{0, 0, 0, -1, false};
  std::int64_t named = 0;
  for (std::int64_t i = 0; i < patch.n; i++) {
    const PatchColumns::Row row = columns.next();
    check(!columns.broken(), "expected complete numbers in their shortest form", i);
    check(row.y < patch.size.height && row.begin >= 0 && row.begin < row.end &&
              row.end <= patch.size.width,
          "expected pixels of the label map", i);
    if (columns.other_pair()) {
      check(row.pair <= named && row.pair < patch.pairs->size() && row.pair != last.pair,
            "expected a pair of labels, numbered as they first appear", i);
      if (row.pair == named) named++;
    }
    check(row.pair >= 0, "expected a pair of labels", i);
    const bool touches = row.same_row && row.begin == last.end && row.pair == last.pair;
    check(!touches, "expected changes as long as they can be", i);
    patch.extent.add(row.y, row.begin, row.end);
    last = row;
  }
  check(columns.done() && named == patch.pairs->size(), "expected nothing after the last change");
}

Element element_at(std::uint8_t code) {
  check(code <= static_cast<std::uint8_t>(Element::i64), "expected an integer dtype");
  return static_cast<Element>(code);
}

}  // namespace

void to_bytes(const Patch& patch, Buffer<std::uint8_t>& bytes) {
  bytes.append(reinterpret_cast<const std::uint8_t*>(magic), 4);
  put(bytes, version, 2);
  put(bytes, static_cast<std::uint64_t>(patch.element), 1);
  put(bytes, 0, 1);
  put(bytes, static_cast<std::uint64_t>(patch.size.height), 4);
  put(bytes, static_cast<std::uint64_t>(patch.size.width), 4);
  put(bytes, static_cast<std::uint64_t>(patch.n), 8);
  put(bytes, static_cast<std::uint64_t>(patch.pairs->size()), 8);
  put(bytes, static_cast<std::uint64_t>(patch.columns->size()), 8);
  for (const LabelPair& pair : *patch.pairs) {
    put(bytes, patch.backwards ? pair.after : pair.before, 8);
    put(bytes, patch.backwards ? pair.before : pair.after, 8);
  }
  bytes.append(patch.columns->data(), patch.columns->size());
  put(bytes, crc32(bytes.data(), bytes.size()), 4);
}

Patch from_bytes(const std::uint8_t* bytes, std::int64_t n) {
  check(n >= 4 && std::memcmp(bytes, magic, 4) == 0, "expected the bytes of a patch");
  check(n >= header_bytes + checksum_bytes, "the patch is cut short");
  check(get(bytes + 4, 2) == version, "expected a patch of version 1");
  Patch patch;
  patch.element = element_at(bytes[6]);
  check(bytes[7] == 0, "expected the header of a patch");
  patch.size = {static_cast<std::int64_t>(get(bytes + 8, 4)),
                static_cast<std::int64_t>(get(bytes + 12, 4))};
  check(patch.size.height <= max_side && patch.size.width <= max_side, "expected sides below 2^31");
  const std::uint64_t changes = get(bytes + 16, 8);
  const std::uint64_t pairs = get(bytes + 24, 8);
  const std::uint64_t columns = get(bytes + 32, 8);
  const auto rest = static_cast<std::uint64_t>(n - header_bytes - checksum_bytes);
  check(pairs <= rest / pair_bytes && columns == rest - pairs * pair_bytes && changes <= columns,
        "the patch is cut short, or goes on after its end");
  check(crc32(bytes, n - checksum_bytes) == get(bytes + n - checksum_bytes, 4),
        "the patch is damaged: its checksum is another one");
  patch.n = static_cast<std::int64_t>(changes);
  read_pairs(bytes + header_bytes, static_cast<std::int64_t>(pairs), patch);
  Buffer<std::uint8_t> kept;
  kept.append(bytes + header_bytes + pair_bytes * static_cast<std::int64_t>(pairs),
              static_cast<std::int64_t>(columns));
  patch.columns = std::make_shared<const Buffer<std::uint8_t>>(std::move(kept));
  check_columns(patch);
  return patch;
}

}  // namespace me::cpu
