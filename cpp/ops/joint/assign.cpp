#include "ops/joint/assign.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbering.h"
#include "base/parallel.h"
#include "ops/joint/blocks.h"

namespace me::cpu {
namespace {

// Finds the row of the table of each combination.
class Rows {
 public:
  Rows(const Maps& maps, const JointTable& table)
      : k_(static_cast<std::int64_t>(maps.size())), labels_(maps.size()), chained_(maps.size()) {
    std::int64_t total = 0;
    for (const MaskView& map : maps) {
      elements_.push_back(map.element);
      bytes_.push_back(element_bytes(map.element));
      total += bytes_.back();
    }
    packed_ = total <= 8;
    for (std::int64_t i = 0; i < table.n; i++) enter(table.labels + i * k_, i);
  }

  // Of each run of a block; keys has room for as many.
  void find(const JointBlock& block, std::uint64_t* keys) const {
    if (packed_) {
      pack_keys(block, bytes_.data(), k_, keys);
    } else {
      chain(block, keys);
    }
    for (std::int64_t i = 0; i < block.runs; i++) {
      const std::int64_t number = chained_.back().find_number(keys[i]);
      if (number < 0) miss(block, i);
      keys[i] = static_cast<std::uint64_t>(rows_[number]);
    }
  }

 private:
  static constexpr std::uint64_t missing = ~std::uint64_t{0};

  std::uint64_t bits_of(std::int64_t label, std::int64_t m) const {
    const std::int64_t bits = 8 * bytes_[static_cast<std::size_t>(m)];
    return static_cast<std::uint64_t>(label) & ~std::uint64_t{0} >> (64 - bits);
  }

  // A label that its map cannot have makes a row that no pixel needs.
  bool possible(const std::int64_t* labels) const {
    for (std::int64_t m = 0; m < k_; m++) {
      const Element element = elements_[static_cast<std::size_t>(m)];
      const std::uint64_t bits = bits_of(labels[m], m);
      if (element == Element::u64 && labels[m] < 0) return false;
      if (label_of(bits, element, m) != labels[m]) return false;
    }
    return true;
  }

  void enter(const std::int64_t* labels, std::int64_t row) {
    if (!possible(labels)) return;
    std::uint64_t key = 0;
    for (std::int64_t m = 0; m < k_; m++) {
      const auto at = static_cast<std::size_t>(m);
      const std::uint64_t bits = bits_of(labels[m], m);
      if (packed_) {
        key = m == 0 ? bits : key << 8 * bytes_[at] | bits;
        continue;
      }
      if (m > 1) key = chained_[at - 1].number_of(key);
      const std::uint64_t number = labels_[at].number_of(bits);
      key = m == 0 ? number : key << 32 | number;
    }
    if (chained_.back().number_of(key) == rows_.size()) rows_.push_back(row);
  }

  void chain(const JointBlock& block, std::uint64_t* keys) const {
    for (std::int64_t m = 0; m < k_; m++) {
      const auto at = static_cast<std::size_t>(m);
      const Numbering& labels = labels_[at];
      for_labels(block, m, bytes_[at], [&](std::int64_t i, std::uint64_t bits) {
        const std::int64_t number = labels.find_number(bits);
        if (m > 1 && keys[i] != missing) {
          keys[i] = static_cast<std::uint64_t>(chained_[at - 1].find_number(keys[i]));
        }
        if (number < 0 || (m > 0 && keys[i] == missing)) {
          keys[i] = missing;
          return;
        }
        const auto label = static_cast<std::uint64_t>(number);
        keys[i] = m == 0 ? label : keys[i] << 32 | label;
      });
    }
  }

  [[noreturn]] void miss(const JointBlock& block, std::int64_t run) const {
    std::vector<const std::uint32_t*> places(block.places, block.places + k_);
    for (const std::uint32_t*& place : places) place += run;
    const JointBlock one{block.labels, places.data(), block.starts + run, 1, 0, 0};
    std::string text;
    for (std::int64_t m = 0; m < k_; m++) {
      const auto at = static_cast<std::size_t>(m);
      for_labels(one, m, bytes_[at], [&](std::int64_t, std::uint64_t bits) {
        text += (m == 0 ? "" : ", ") + std::to_string(label_of(bits, elements_[at], m));
      });
    }
    throw Error(ErrorKind::argument, "maps", "expected combinations of the table, got " + text);
  }

  std::int64_t k_;
  std::vector<Element> elements_;
  std::vector<std::int64_t> bytes_;
  bool packed_;
  std::vector<Numbering> labels_;   // of each map, for maps too wide for a key
  std::vector<Numbering> chained_;  // of a number of the maps before, and one of this map; the last
                                    // one, also of packed keys, numbers the rows
  Buffer<std::int64_t> rows_;
};

// What Blocks calls for each block.
class Writer {
 public:
  Writer(const Rows& rows, const JointTable& table, const MutableMaskView& out)
      : rows_(rows), table_(table), out_(out), keys_(joint_block) {}

  void add(const JointBlock& block) {
    std::uint64_t* const keys = keys_.data();
    rows_.find(block, keys);
    const std::int64_t bytes = element_bytes(out_.element);
    char* to = out_.data + block.line / out_.height * out_.item_stride +
               block.line % out_.height * out_.row_stride + block.x * bytes;
    with_unsigned(bytes, [&](auto zero) {
      using T = decltype(zero);
      const T* values = reinterpret_cast<const T*>(table_.values);
      T* const pixels = reinterpret_cast<T*>(to);
      for (std::int64_t i = 0; i < block.runs; i++) {
        std::fill(pixels + block.starts[i], pixels + block.starts[i + 1],
                  values[static_cast<std::int64_t>(keys[i])]);
      }
    });
  }

 private:
  const Rows& rows_;
  const JointTable& table_;
  const MutableMaskView& out_;
  Buffer<std::uint64_t> keys_;
};

}  // namespace

void assign(const MaskView* maps, std::int64_t k, const JointTable& table,
            const MutableMaskView& out, const Exec& exec) {
  if (out.n * out.height * out.width == 0) return;
  Maps views(maps, maps + k);
  views.push_back({out.data, out.element, out.n, out.height, out.width, out.item_stride,
                   out.row_stride, out.column_stride});
  straighten(views);
  const MaskView line = views.back();
  views.pop_back();
  const MutableMaskView target{out.data,   line.element,     line.n,          line.height,
                               line.width, line.item_stride, line.row_stride, line.column_stride};
  const Blocks blocks(views);
  const Rows rows(views, table);
  for_ranges(exec, blocks.n(), blocks.cost(k + 1), [&](std::int64_t begin, std::int64_t end) {
    Writer writer(rows, table, target);
    blocks.count(begin, end, writer);
  });
}

}  // namespace me::cpu
