// Any columns, with nulls and empty lists, as data pages: a reader that knows only the format gives
// the rows back.
#include <cmath>
#include <string>

#include "expect.h"
#include "input.h"
#include "runs/coco_parquet.h"

namespace {

struct Page {
  me::Buffer<char> bytes;
  std::int64_t at = 0;

  std::uint8_t byte() {
    EXPECT(at < bytes.size());
    return static_cast<std::uint8_t>(bytes[at++]);
  }
  std::uint64_t number(int n) {
    std::uint64_t value = 0;
    for (int i = 0; i < n; i++) value |= std::uint64_t{byte()} << 8 * i;
    return value;
  }
  // Levels in the hybrid code of Parquet, of which we write only the runs.
  std::vector<int> levels(std::int64_t n) {
    const auto length = static_cast<std::int64_t>(number(4));
    const std::int64_t end = at + length;
    std::vector<int> out;
    while (at < end) {
      std::uint64_t header = 0;
      std::uint8_t last = 128;
      for (int shift = 0; last >= 128; shift += 7) {
        last = byte();
        header |= std::uint64_t{last & 127u} << shift;
      }
      EXPECT(header % 2 == 0 && header > 0);
      const int level = byte();
      for (std::uint64_t k = 0; k < header / 2; k++) out.push_back(level);
    }
    EXPECT(at == end && static_cast<std::int64_t>(out.size()) == n);
    return out;
  }
};

// Rows [first, first + n) of a column of lists with null bits.
struct Lists {
  std::vector<std::int64_t> offsets;
  std::vector<std::uint8_t> bits;
  std::int64_t first = 0, n = 0;
  bool has_bits = false;

  bool valid(std::int64_t i) const {
    const auto bit = static_cast<std::size_t>(first + i);
    return !has_bits || (bits[bit / 8] >> bit % 8 & 1) != 0;
  }
  me::ValidBits view() const { return {has_bits ? bits.data() : nullptr, first}; }
  me::ListRows rows() const { return {offsets.data() + first, view(), n}; }
};

Lists read_lists(fuzz::Input& input) {
  Lists lists;
  const std::int64_t all = input.below(40);
  lists.has_bits = input.flag();
  lists.first = input.below(all + 1);
  lists.n = input.below(all - lists.first + 1);
  for (std::int64_t i = 0; i <= all / 8; i++) lists.bits.push_back(input.byte());
  lists.offsets.push_back(input.below(4));
  for (std::int64_t i = 0; i < all; i++) {
    const std::uint8_t byte = input.byte();
    lists.offsets.push_back(lists.offsets.back() + (byte < 250 ? byte % 5 : byte));
  }
  return lists;
}

// The lists that levels tell: values by their number, or none for null (-1) and empty.
void check_levels(Page& page, const Lists& lists, std::int64_t n) {
  const std::vector<int> repetition = page.levels(n), definition = page.levels(n);
  std::int64_t row = -1;
  std::int64_t length = 0;
  const auto check_row = [&](int level) {
    if (row < 0) return;
    const std::int64_t wanted = lists.offsets[static_cast<std::size_t>(lists.first + row + 1)] -
                                lists.offsets[static_cast<std::size_t>(lists.first + row)];
    EXPECT(lists.valid(row) == (level != 0));
    EXPECT(!lists.valid(row) || wanted == length);
  };
  int last = 0;
  for (std::size_t k = 0; k < repetition.size(); k++) {
    EXPECT(definition[k] == 0 || definition[k] == 1 || definition[k] == 3);
    if (repetition[k] == 0) {
      check_row(last);
      row++;
      length = 0;
    }
    EXPECT(repetition[k] == 0 || definition[k] == 3);
    last = definition[k];
    length += last == 3 ? 1 : 0;
  }
  check_row(last);
  EXPECT(row + 1 == lists.n);
}

void check_lists(const Lists& lists, fuzz::Input& input) {
  std::vector<double> values;
  std::vector<std::int32_t> integers;
  for (std::int64_t k = 0; k < lists.offsets.back(); k++) {
    values.push_back(input.value<double>());
    integers.push_back(static_cast<std::int32_t>(k) * 77777);
  }
  Page page, whole, texts;
  const std::int64_t n = me::append_list_levels(lists.rows(), page.bytes);
  check_levels(page, lists, n);
  const std::int64_t begin = page.at;
  me::append_split(lists.rows(), values.data(), page.bytes);
  me::append_integers(lists.rows(), integers.data(), whole.bytes);
  const std::int64_t total = (page.bytes.size() - begin) / 8;
  std::int64_t k = 0;
  for (std::int64_t i = 0; i < lists.n; i++) {
    if (!lists.valid(i)) continue;
    const auto row = static_cast<std::size_t>(lists.first + i);
    for (std::int64_t v = lists.offsets[row]; v < lists.offsets[row + 1]; v++, k++) {
      const auto* bytes = reinterpret_cast<const char*>(&values[static_cast<std::size_t>(v)]);
      for (int b = 0; b < 8; b++) EXPECT(page.bytes[begin + b * total + k] == bytes[b]);
      EXPECT(static_cast<std::int32_t>(whole.number(4)) == integers[static_cast<std::size_t>(v)]);
    }
  }
  EXPECT(k == total && whole.at == whole.bytes.size());
}

void check_texts(const Lists& lists, fuzz::Input& input) {
  std::string text;
  for (std::int64_t k = 0; k < lists.offsets.back(); k++) {
    text.push_back(static_cast<char>(input.byte()));
  }
  Page page;
  me::append_levels(lists.view(), lists.n, page.bytes);
  me::append_texts(lists.rows(), text.data(), page.bytes);
  const std::vector<int> levels = page.levels(lists.n);
  for (std::int64_t i = 0; i < lists.n; i++) {
    EXPECT((levels[static_cast<std::size_t>(i)] == 1) == lists.valid(i));
    if (!lists.valid(i)) continue;
    const auto row = static_cast<std::size_t>(lists.first + i);
    const auto length = static_cast<std::int64_t>(page.number(4));
    EXPECT(length == lists.offsets[row + 1] - lists.offsets[row]);
    for (std::int64_t k = 0; k < length; k++) {
      EXPECT(static_cast<char>(page.byte()) ==
             text[static_cast<std::size_t>(lists.offsets[row] + k)]);
    }
  }
  EXPECT(page.at == page.bytes.size());
}

template <class T>
void check_numbers(const Lists& lists, fuzz::Input& input) {
  std::vector<T> values;
  for (std::int64_t i = 0; i < lists.n; i++) values.push_back(input.value<T>());
  Page page;
  const me::Extent<T> found = me::append_numbers(values.data(), lists.view(), lists.n, page.bytes);
  bool any = false, comparable = true;
  std::int64_t nulls = 0;
  for (std::int64_t i = 0; i < lists.n; i++) {
    if (!lists.valid(i)) {
      nulls++;
      continue;
    }
    const T value = values[static_cast<std::size_t>(i)];
    any = true;
    comparable = comparable && value == value;
    EXPECT(!found.known || (found.least <= value && value <= found.most));
    const int bytes = sizeof(T) < 4 ? 4 : static_cast<int>(sizeof(T));
    const std::uint64_t bits = page.number(bytes);
    if (sizeof(T) == 1) {
      EXPECT(bits == static_cast<std::uint64_t>(value));
    } else {
      EXPECT(std::memcmp(&bits, &value, sizeof value) == 0);  // little-endian
    }
  }
  EXPECT(found.nulls == nulls && found.known == (any && comparable));
  EXPECT(page.at == page.bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Lists lists = read_lists(input);
  const fuzz::Input values = input;
  fuzz::Input again = values;
  check_lists(lists, again);
  again = values;
  check_texts(lists, again);
  again = values;
  check_numbers<double>(lists, again);
  check_numbers<std::int64_t>(lists, again);
  check_numbers<std::int32_t>(lists, again);
  check_numbers<std::uint8_t>(lists, again);
  return 0;
}
