#include "ops/remap/remap.h"

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "base/dispatch.h"
#include "base/numbering.h"
#include "base/parallel.h"
#include "base/values.h"
#include "ops/remap/remap_kernels.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

// Labels below this are looked up in an array; the others are searched.
constexpr std::uint32_t array_labels = 1 << 16;

// The new label of each label, as To.
template <class To>
class Lookup {
 public:
  Lookup(const LabelTable& table, std::uint64_t other, std::int64_t bytes)
      : other_(static_cast<To>(other)) {
    std::uint32_t size = bytes == 1 ? 256 : bytes == 2 ? array_labels : 1;
    for (std::int64_t i = 0; i < table.n; i++) {
      if (table.keys[i] >= array_labels) continue;
      size = std::max(size, static_cast<std::uint32_t>(table.keys[i]) + 1);
    }
    near_.resize(size);
    for (std::uint32_t i = 0; i < size; i++) near_[i] = other_;
    for (std::int64_t i = 0; i < table.n; i++) {
      if (table.keys[i] < array_labels) {
        near_[static_cast<std::int64_t>(table.keys[i])] = static_cast<To>(table.values[i]);
      } else {
        keys_.number_of(table.keys[i]);
        far_.push_back(static_cast<To>(table.values[i]));
      }
    }
    if (sizeof(To) > 1 || bytes > 1) return;
    bytes_ = {reinterpret_cast<const std::uint8_t*>(near_.data()), 0,
              static_cast<std::uint8_t>(other_)};
    for (int k = 0; k < 256; k++) {
      bytes_.tiles |= static_cast<std::uint32_t>(near_[k] != other_) << (k / 16);
    }
  }

  const To* array() const { return near_.data(); }

  // Of bytes to bytes.
  const kernels::ByteTable& bytes() const { return bytes_; }

  To of(std::uint64_t label) const {
    if (label < static_cast<std::uint64_t>(near_.size())) {
      return near_[static_cast<std::int64_t>(label)];
    }
    const std::int64_t number = keys_.find_number(label);
    return number < 0 ? other_ : far_[number];
  }

 private:
  To other_;
  Buffer<To> near_;
  Numbering keys_;
  Buffer<To> far_;
  kernels::ByteTable bytes_{};
};

// One row; `step` bytes from one pixel of the result to the next.
template <class From, class To>
void write_row(const char* row, std::int64_t n, const Lookup<To>& lookup, char* to,
               std::int64_t step) {
  if constexpr (sizeof(From) == 1 && sizeof(To) == 1) {
    using LookUp =
        void (*)(const std::uint8_t*, std::int64_t, const kernels::ByteTable&, std::uint8_t*);
    const auto look_up = select<LookUp>(nullptr, ME_X86(kernels::look_up_bytes_avx2), nullptr);
    if (look_up != nullptr && step == 1 && n >= 32) {
      look_up(reinterpret_cast<const std::uint8_t*>(row), n, lookup.bytes(),
              reinterpret_cast<std::uint8_t*>(to));
      return;
    }
  }
  const To* const array = lookup.array();
  From last{};
  To value = lookup.of(0);
  for (std::int64_t x = 0; x < n; x++) {
    From label;
    std::memcpy(&label, row + x * std::int64_t{sizeof(From)}, sizeof(From));
    if constexpr (sizeof(From) <= 2) {
      value = array[label];
    } else if (label != last) {
      value = lookup.of(label);
      last = label;
    }
    std::memcpy(to + x * step, &value, sizeof(To));
  }
}

}  // namespace

void remap(const MaskView& map, const LabelTable& table, std::uint64_t other,
           const MutableMaskView& out, const Exec& exec) {
  const std::int64_t rows = map.n * map.height;
  if (rows * map.width == 0) return;
  with_unsigned(element_bytes(out.element), [&](auto new_zero) {
    using To = decltype(new_zero);
    const Lookup<To> lookup(table, other, element_bytes(map.element));
    for_ranges(exec, rows, double(map.width), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end;) {
        const std::int64_t item = r / map.height;
        const std::int64_t stop = std::min(end, (item + 1) * map.height);
        RowReader reader(item_of(map, item));
        for (; r < stop; r++) {
          const std::int64_t y = r - item * map.height;
          char* const to = out.data + item * out.item_stride + y * out.row_stride;
          with_unsigned(element_bytes(map.element), [&](auto zero) {
            using From = decltype(zero);
            write_row<From, To>(reader.row(y), map.width, lookup, to, out.column_stride);
          });
        }
      }
    });
  });
}

}  // namespace me::cpu
