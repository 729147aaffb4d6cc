// Any rows of pixels: the stream that is written for them is sound zlib and deflate, and undoing
// its filters gives the rows back; so does undoing filters that were chosen row by row.
#include "inflate.h"
#include "input.h"
#include "runs/png_rows.h"
#include "runs/png_unfilter.h"

namespace {

// The filters of https://www.w3.org/TR/png-3/#9Filters.
std::uint8_t predict(int filter, int a, int b, int c) {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return static_cast<std::uint8_t>(a);
    case 2:
      return static_cast<std::uint8_t>(b);
    case 3:
      return static_cast<std::uint8_t>((a + b) / 2);
    default:
      break;
  }
  const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  return static_cast<std::uint8_t>(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

// Rows by the filters that the bytes of `chosen` say, in turn, and a last one that is none.
void check_unfilter(const std::vector<std::uint8_t>& pixels, std::int64_t height,
                    std::int64_t row_bytes, int step, std::uint8_t chosen) {
  std::vector<std::uint8_t> rows;
  const auto at = [&](std::int64_t y, std::int64_t x) {
    return y < 0 || x < 0 ? 0 : int{pixels[static_cast<std::size_t>(y * row_bytes + x)]};
  };
  for (std::int64_t y = 0; y < height; y++) {
    const int filter = static_cast<int>((chosen + y * (1 + chosen % 3)) % 5);
    rows.push_back(static_cast<std::uint8_t>(filter));
    for (std::int64_t x = 0; x < row_bytes; x++) {
      const int guess = predict(filter, at(y, x - step), at(y - 1, x), at(y - 1, x - step));
      rows.push_back(static_cast<std::uint8_t>(at(y, x) - guess));
    }
  }
  std::vector<std::uint8_t> found(pixels.size() + 1, 9);
  EXPECT(me::unfilter_rows(rows.data(), height, row_bytes, step, found.data()) == -1);
  EXPECT(std::equal(pixels.begin(), pixels.end(), found.begin()) && found.back() == 9);
  if (height == 0) return;
  rows[static_cast<std::size_t>((height - 1) * (row_bytes + 1))] = 5;
  EXPECT(me::unfilter_rows(rows.data(), height, row_bytes, step, found.data()) == height - 1);
}

}  // namespace

// Bytes: bytes of a pixel, sides, then pixels, said once for a stretch of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const int step = 1 + input.byte() % 4;
  const std::int64_t height = input.below(120);
  const std::int64_t row_bytes = step * input.below(700);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(height * row_bytes));
  for (std::size_t k = 0; k < pixels.size() && input.left() > 0;) {
    std::size_t n = input.byte();
    if (n >= 128) n = 40 * (n - 127);
    const bool repeats = input.flag();
    std::uint8_t value = 0;
    for (std::size_t i = 0; i <= n && k < pixels.size(); i++) {
      const auto back = static_cast<std::size_t>(row_bytes);
      if (i < static_cast<std::size_t>(step)) value = input.byte();
      if (!repeats) value = static_cast<std::uint8_t>(value * 5 + 1);
      pixels[k] =
          repeats && k >= back ? static_cast<std::uint8_t>(pixels[k - back] + value) : value;
      k++;
    }
  }
  check_unfilter(pixels, height, row_bytes, step, size > 0 ? data[size - 1] : std::uint8_t{0});
  me::Buffer<std::uint8_t> stream;
  me::deflate_rows(pixels.data(), height, row_bytes, step, stream);
  std::vector<std::uint8_t> rows = fuzz::Inflater(stream.data(), stream.size()).run();
  EXPECT(static_cast<std::int64_t>(rows.size()) == height * (row_bytes + 1));
  std::vector<std::uint8_t> above(static_cast<std::size_t>(row_bytes), 0);
  for (std::int64_t y = 0; y < height; y++) {
    std::uint8_t* const row = rows.data() + y * (row_bytes + 1) + 1;
    const int filter = row[-1];
    EXPECT(filter < 5);
    for (std::int64_t x = 0; x < row_bytes; x++) {
      const auto k = static_cast<std::size_t>(x);
      const int a = x < step ? 0 : row[x - step];
      const int c = x < step ? 0 : above[k - static_cast<std::size_t>(step)];
      row[x] = static_cast<std::uint8_t>(row[x] + predict(filter, a, above[k], c));
      EXPECT(row[x] == pixels[static_cast<std::size_t>(y * row_bytes + x)]);
    }
    above.assign(row, row + row_bytes);
  }
  return 0;
}
