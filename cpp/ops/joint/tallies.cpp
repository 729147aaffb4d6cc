#include "ops/joint/tallies.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/poll_some.h"
#include "ops/joint/merged_runs.h"

namespace me::cpu {
namespace {

// Rows of the table of pairs lie 33 cache lines apart: rows that lie a power of two apart would
// share few places of the first cache.
constexpr std::int64_t pitch = 256 + 8;
constexpr std::int64_t pairs_of_bytes = 256 * pitch;
constexpr std::int64_t lanes = 3;

void zero(Buffer<std::int64_t>& table, std::int64_t n) {
  table.resize(n);
  std::memset(table.data(), 0, static_cast<std::size_t>(n) * sizeof(std::int64_t));
}

// Adds the pixels of each run to the sum of its key.
void add_runs(const JointBlock& block, const std::uint64_t* keys, KeySums& sums) {
  const std::uint32_t* const starts = block.starts;
  sums.add_all(block.runs, [=](std::int64_t i) {
    return KeySums::Recent{keys[i], std::int64_t{starts[i + 1]} - starts[i]};
  });
}

// The same of two maps of one width: no list of keys.
template <class T>
void add_pairs(const JointBlock& block, KeySums& sums) {
  const char* const a = block.labels[0];
  const char* const b = block.labels[1];
  const std::uint32_t* const at = block.places[0];
  const std::uint32_t* const there = block.places[1];
  const std::uint32_t* const starts = block.starts;
  sums.add_all(block.runs, [=](std::int64_t i) {
    T first;
    T second;
    std::memcpy(&first, a + std::int64_t{at[i]} * std::int64_t{sizeof(T)}, sizeof(T));
    std::memcpy(&second, b + std::int64_t{there[i]} * std::int64_t{sizeof(T)}, sizeof(T));
    return KeySums::Recent{std::uint64_t{first} << 8 * sizeof(T) | second,
                           std::int64_t{starts[i + 1]} - starts[i]};
  });
}

}  // namespace

std::int64_t label_of(std::uint64_t bits, Element element, std::int64_t map) {
  switch (element) {
    case Element::i8:
      return static_cast<std::int8_t>(bits);
    case Element::i16:
      return static_cast<std::int16_t>(bits);
    case Element::i32:
      return static_cast<std::int32_t>(bits);
    case Element::u64:
      if (bits > static_cast<std::uint64_t>(INT64_MAX)) {
        throw Error(ErrorKind::argument, "maps",
                    "expected labels below 2^63, got " + std::to_string(bits), map);
      }
      return static_cast<std::int64_t>(bits);
    default:
      return static_cast<std::int64_t>(bits);
  }
}

void pack_keys(const JointBlock& block, const std::int64_t* bytes, std::int64_t k,
               std::uint64_t* keys) {
  for (std::int64_t m = 0; m < k; m++) {
    if (m == 0) {
      for_labels(block, m, bytes[m], [&](std::int64_t i, std::uint64_t bits) { keys[i] = bits; });
      continue;
    }
    const std::int64_t shift = 8 * bytes[m];  // below 64: a wider label is alone
    for_labels(block, m, bytes[m],
               [&](std::int64_t i, std::uint64_t bits) { keys[i] = keys[i] << shift | bits; });
  }
}

KeySums::KeySums() : recent_(std::int64_t{1} << bits) {
  std::memset(recent_.data(), 0, static_cast<std::size_t>(recent_.size()) * sizeof(Recent));
}

void KeySums::put_away(const Recent& recent) {
  if (recent.pixels == 0) return;
  const std::uint32_t number = keys_.number_of(recent.key);
  if (number == sums_.size()) sums_.push_back(0);
  sums_[number] += recent.pixels;
}

void KeySums::replace(Recent& recent, std::uint64_t key) {
  put_away(recent);
  recent = {key, 0};
}

void KeySums::finish() {
  for (const Recent& recent : recent_) put_away(recent);
  recent_.clear();
}

ByteTally::ByteTally() { zero(table_, pairs_of_bytes); }

void ByteTally::add(const JointBlock& block) {
  // A block of pixels: both maps have their labels where the run starts.
  const auto* a = reinterpret_cast<const std::uint8_t*>(block.labels[0]);
  const auto* b = reinterpret_cast<const std::uint8_t*>(block.labels[1]);
  const std::uint32_t* starts = block.starts;
  std::int64_t* const table = table_.data();
  for (std::int64_t i = 0; i < block.runs; i++) {
    const std::uint32_t x = starts[i];
    table[a[x] * pitch + b[x]] += starts[i + 1] - x;
  }
}

void ByteTally::add_pixels(const char* first_map, const char* second_map, std::int64_t n) {
  const auto* a = reinterpret_cast<const std::uint8_t*>(first_map);
  const auto* b = reinterpret_cast<const std::uint8_t*>(second_map);
  if (lanes_.empty()) zero(lanes_, lanes * pairs_of_bytes);
  std::int64_t* const first = table_.data();
  std::int64_t* const second = lanes_.data();
  std::int64_t* const third = second + pairs_of_bytes;
  std::int64_t* const fourth = third + pairs_of_bytes;
  std::int64_t x = 0;
  for (; x + 4 <= n; x += 4) {
    first[a[x] * pitch + b[x]]++;
    second[a[x + 1] * pitch + b[x + 1]]++;
    third[a[x + 2] * pitch + b[x + 2]]++;
    fourth[a[x + 3] * pitch + b[x + 3]]++;
  }
  for (; x < n; x++) first[a[x] * pitch + b[x]]++;
}

void ByteTally::add_merged(const EndedRuns& a, const EndedRuns& b) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(a.labels);
  const auto* second = reinterpret_cast<const std::uint8_t*>(b.labels);
  std::int64_t* const table = table_.data();
  for_merged(a, b, [=](std::int64_t i, std::int64_t j, std::int64_t length) {
    table[first[i] * pitch + second[j]] += length;
  });
}

void ByteTally::give(const Element* elements, JointCounts& out) {
  for (std::int64_t a = 0; a < 256; a++) {
    for (std::int64_t b = 0; b < 256; b++) {
      std::int64_t sum = table_[a * pitch + b];
      if (!lanes_.empty()) {
        for (std::int64_t k = 0; k < lanes; k++) sum += lanes_[k * pairs_of_bytes + a * pitch + b];
      }
      if (sum == 0) continue;
      out.labels.push_back(label_of(static_cast<std::uint64_t>(a), elements[0], 0));
      out.labels.push_back(label_of(static_cast<std::uint64_t>(b), elements[1], 1));
      out.pixels.push_back(sum);
    }
  }
}

PackedTally::PackedTally(const Element* elements, std::int64_t k)
    : k_(k), block_keys_(joint_block) {
  for (std::int64_t m = 0; m < k; m++) bytes_[m] = element_bytes(elements[m]);
}

void PackedTally::add(const JointBlock& block) {
  if (k_ == 2 && bytes_[0] == bytes_[1]) {
    with_unsigned(bytes_[0], [&](auto zero) {
      using T = decltype(zero);
      if constexpr (sizeof(T) <= 4) add_pairs<T>(block, sums_);
    });
    return;
  }
  pack_keys(block, bytes_, k_, block_keys_.data());
  add_runs(block, block_keys_.data(), sums_);
}

void PackedTally::add_merged(const EndedRuns& a, const EndedRuns& b) {
  const std::int64_t shift = 8 * bytes_[1];
  with_unsigned(bytes_[0], [&](auto first) {
    with_unsigned(bytes_[1], [&](auto second) {
      using First = decltype(first);
      using Second = decltype(second);
      for_merged(a, b, [&](std::int64_t i, std::int64_t j, std::int64_t length) {
        First x;
        Second y;
        std::memcpy(&x, a.labels + i * std::int64_t{sizeof(First)}, sizeof x);
        std::memcpy(&y, b.labels + j * std::int64_t{sizeof(Second)}, sizeof y);
        sums_.add(std::uint64_t{x} << shift | std::uint64_t{y}, length);
      });
    });
  });
}

void PackedTally::give(const Element* elements, JointCounts& out) {
  sums_.finish();
  for (std::int64_t i = 0; i < sums_.size(); i++) {
    poll_some(i, 20);
    std::uint64_t key = sums_.key(i);
    std::int64_t* labels = out.labels.grow(k_);
    for (std::int64_t m = k_ - 1; m >= 0; m--) {
      const std::int64_t bits = 8 * bytes_[m];
      const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
      labels[m] = label_of(key & mask, elements[m], m);
      key = bits == 64 ? 0 : key >> bits;
    }
    out.pixels.push_back(sums_.pixels(i));
  }
}

ChainedTally::ChainedTally(const Element* elements, std::int64_t k)
    : k_(k),
      labels_(static_cast<std::size_t>(k)),
      pairs_(static_cast<std::size_t>(k)),
      block_keys_(joint_block) {
  for (std::int64_t m = 0; m < k; m++) bytes_[m] = element_bytes(elements[m]);
}

void ChainedTally::add(const JointBlock& block) {
  std::uint64_t* const keys = block_keys_.data();
  for (std::int64_t m = 0; m < k_; m++) {
    Numbering& labels = labels_[static_cast<std::size_t>(m)];
    if (m == 0) {
      for_labels(block, m, bytes_[m],
                 [&](std::int64_t i, std::uint64_t bits) { keys[i] = labels.number_of(bits); });
      continue;
    }
    Numbering& before = pairs_[static_cast<std::size_t>(m - 1)];
    for_labels(block, m, bytes_[m], [&](std::int64_t i, std::uint64_t bits) {
      const std::uint64_t number = m == 1 ? keys[i] : before.number_of(keys[i]);
      keys[i] = number << 32 | labels.number_of(bits);
    });
  }
  add_runs(block, keys, sums_);
}

void ChainedTally::give(const Element* elements, JointCounts& out) {
  sums_.finish();
  for (std::int64_t i = 0; i < sums_.size(); i++) {
    poll_some(i, 50);
    std::int64_t* labels = out.labels.grow(k_);
    std::uint64_t pair = sums_.key(i);
    for (std::int64_t m = k_ - 1; m >= 0; m--) {
      const auto label = static_cast<std::int64_t>(pair & 0xFFFFFFFF);
      labels[m] = label_of(labels_[static_cast<std::size_t>(m)].values()[label], elements[m], m);
      const auto before = static_cast<std::int64_t>(pair >> 32);
      if (m > 1) pair = pairs_[static_cast<std::size_t>(m - 1)].values()[before];
      if (m == 1) pair = pair >> 32;  // a number of the first map itself
    }
    out.pixels.push_back(sums_.pixels(i));
  }
}

}  // namespace me::cpu
