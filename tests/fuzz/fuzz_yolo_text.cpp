// Any vertices inside an image: what is written reads back, in double and in single precision, as
// the same pixels, in at most nine digits; whatever lies outside is written as numbers, too.
#include <cmath>
#include <cstdlib>
#include <string>

#include "expect.h"
#include "input.h"
#include "runs/yolo_text.h"

namespace {

// Digits between the first that is not zero and the last.
int digits_of(const std::string& number) {
  int n = 0;
  for (const char c : number.substr(0, number.find('e'))) {
    if (c >= '0' && c <= '9' && (n > 0 || c != '0')) n++;
  }
  return n;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const double sides[2] = {1 + static_cast<double>(input.below(70000)),
                           1 + static_cast<double>(input.below(5000))};
  std::vector<double> xy;
  while (input.left() > 0 && xy.size() < 64) {
    const double side = sides[xy.size() % 2];
    const std::uint8_t how = input.byte();
    double value = input.value<std::uint32_t>() / 4294967296.0 * side;  // anywhere inside
    if (how % 4 == 1) value = std::floor(value);
    if (how % 4 == 2) value = std::nextafter(std::floor(value), how < 128 ? 0 : side);
    if (how % 4 == 3) value = std::floor(value) + static_cast<double>(how) / 256;
    xy.push_back(std::min(std::max(value, 0.0), std::nextafter(side, 0)));
  }
  const auto n = static_cast<std::int64_t>(xy.size() / 2);
  me::Buffer<char> out;
  me::append_yolo_ring(xy.data(), n, sides[0], sides[1], out);
  const std::string text(out.begin(), out.end());
  std::size_t at = 0;
  for (std::int64_t k = n > 0 ? std::min<std::int64_t>(0, n - 3) : 0; k < n; k++) {
    for (std::size_t axis = 0; axis < 2; axis++) {
      EXPECT(at < text.size() && text[at] == ' ');
      const std::size_t end = std::min(text.find(' ', at + 1), text.size());
      const std::string number = text.substr(at + 1, end - at - 1);
      char* stop = nullptr;
      const double part = std::strtod(number.c_str(), &stop);
      EXPECT(*stop == '\0' && digits_of(number) <= 9 && part >= 0 && part <= 1);
      const double pixel =
          std::trunc(xy[2 * static_cast<std::size_t>(std::max<std::int64_t>(k, 0)) + axis]);
      EXPECT(std::trunc(part * sides[axis]) == pixel);
      const float narrow = static_cast<float>(part) * static_cast<float>(sides[axis]);
      EXPECT(static_cast<double>(std::trunc(narrow)) == pixel);
      at = end;
    }
  }
  EXPECT(at == text.size());
  const double odd[6] = {input.value<double>(), -1, 1e300, -0.0, sides[0], sides[1]};
  if (std::isfinite(odd[0])) me::append_yolo_ring(odd, 3, sides[0], sides[1], out);
  return 0;
}
