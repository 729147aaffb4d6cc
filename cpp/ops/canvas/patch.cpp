#include "ops/canvas/patch.h"

#include <cstring>
#include <utility>

#include "ops/canvas/patch_columns.h"

namespace me::cpu {
namespace {

void put_number(Buffer<std::uint8_t>& out, std::uint64_t value) {
  std::uint8_t bytes[10];
  std::int64_t n = 0;
  for (; value >= 128; value >>= 7) bytes[n++] = static_cast<std::uint8_t>(value | 128);
  bytes[n++] = static_cast<std::uint8_t>(value);
  out.append(bytes, n);
}

std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

// Numbers pairs of labels in the order of their appearance.
class PairNumbers {
 public:
  explicit PairNumbers(Buffer<LabelPair>& pairs) : pairs_(pairs) {}

  std::int64_t number_of(const Change& change) {
    if (2 * (pairs_.size() + 1) > slots_.size()) rehash();
    std::int64_t& slot = find({change.before, change.after});
    if (slot < 0) {
      slot = pairs_.size();
      pairs_.push_back({change.before, change.after});
    }
    return slot;
  }

 private:
  std::int64_t& find(const LabelPair& pair) {
    const auto mask = static_cast<std::uint64_t>(slots_.size()) - 1;
    std::uint64_t hash = (pair.before * 0x9e3779b97f4a7c15u) ^ pair.after;
    hash *= 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
    for (std::uint64_t i = hash & mask;; i = (i + 1) & mask) {
      std::int64_t& slot = slots_[static_cast<std::int64_t>(i)];
      if (slot < 0) return slot;
      if (pairs_[slot].before == pair.before && pairs_[slot].after == pair.after) return slot;
    }
  }

  void rehash() {
    slots_.resize(slots_.empty() ? 16 : 2 * slots_.size());
    std::fill(slots_.begin(), slots_.end(), -1);
    for (std::int64_t k = 0; k < pairs_.size(); k++) find(pairs_[k]) = k;
  }

  Buffer<LabelPair>& pairs_;
  Buffer<std::int64_t> slots_;
};

LabelPair turned(const LabelPair& pair) { return {pair.after, pair.before}; }

}  // namespace

std::int64_t Patch::bytes() const {
  return static_cast<std::int64_t>(sizeof(Patch)) +
         static_cast<std::int64_t>(sizeof(LabelPair)) * pairs->size() + columns->size();
}

Patch make_patch(const Changes& changes, Size size, Element element) {
  Buffer<LabelPair> pairs;
  Buffer<std::uint8_t> columns;
  columns.reserve(4 * changes.size() + 16);
  PairNumbers numbers(pairs);
  Patch patch;
  patch.size = size;
  patch.element = element;
  patch.n = changes.size();
  Change last{0, 0, 0, 0, 0};
  std::int64_t row_begin = 0;
  std::int64_t pair = -1;
  for (const Change& change : changes) {
    const bool other = pair < 0 || !change.same_labels(last);
    if (other) pair = numbers.number_of(change);
    const auto rows = static_cast<std::uint64_t>(change.y - last.y);
    put_number(columns, 2 * rows + (other ? 1 : 0));
    if (rows == 0 && patch.extent.area > 0) {
      put_number(columns, static_cast<std::uint64_t>(change.begin - last.end));
    } else {
      put_number(columns, zigzag(change.begin - row_begin));
      row_begin = change.begin;
    }
    put_number(columns, zigzag(change.area() - last.area()));
    if (other) put_number(columns, static_cast<std::uint64_t>(pair));
    patch.extent.add(change.y, change.begin, change.end);
    last = change;
  }
  columns.shrink();
  patch.pairs = std::make_shared<const Buffer<LabelPair>>(std::move(pairs));
  patch.columns = std::make_shared<const Buffer<std::uint8_t>>(std::move(columns));
  return patch;
}

void append_changes(const Patch& patch, Changes& changes) {
  PatchColumns columns(patch.columns->data(), patch.columns->size());
  const Buffer<LabelPair>& pairs = *patch.pairs;
  Change* to = changes.grow(patch.n);
  for (std::int64_t i = 0; i < patch.n; i++) {
    const PatchColumns::Row row = columns.next();
    LabelPair pair = pairs[row.pair];
    if (patch.backwards) pair = turned(pair);
    to[i] = {static_cast<std::int32_t>(row.y), static_cast<std::int32_t>(row.begin),
             static_cast<std::int32_t>(row.end), pair.before, pair.after};
  }
}

Patch inverted(const Patch& patch) {
  Patch result = patch;
  result.backwards = !patch.backwards;
  return result;
}

bool same_patch(const Patch& a, const Patch& b) {
  if (a.size != b.size || a.element != b.element || a.n != b.n) return false;
  if (a.pairs->size() != b.pairs->size() || a.columns->size() != b.columns->size()) return false;
  for (std::int64_t i = 0; i < a.pairs->size(); i++) {
    const LabelPair one = a.backwards ? turned((*a.pairs)[i]) : (*a.pairs)[i];
    const LabelPair two = b.backwards ? turned((*b.pairs)[i]) : (*b.pairs)[i];
    if (one.before != two.before || one.after != two.after) return false;
  }
  return a.columns->size() == 0 || std::memcmp(a.columns->data(), b.columns->data(),
                                               static_cast<std::size_t>(a.columns->size())) == 0;
}

}  // namespace me::cpu
