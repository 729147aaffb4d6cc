// Any bytes as the code of a brush mask: refused, or what a reader bit by bit finds; and any run
// lengths as code come back.
#include "base/error.h"
#include "expect.h"
#include "input.h"
#include "runs/brush_code.h"

namespace {

// The alphas, or none where the code is cut or says something else than `pixels` pixels.
bool slow_decode(const std::string& code, std::int64_t pixels, std::vector<bool>& alphas) {
  std::size_t at = 0;
  bool cut = false;
  const auto read = [&](int n) {
    std::uint64_t value = 0;
    for (; n > 0; n--, at++) {
      if (at >= 8 * code.size()) {
        cut = true;
        return std::uint64_t{0};
      }
      const auto byte = static_cast<std::uint8_t>(code[at / 8]);
      value = value << 1 | (byte >> (7 - at % 8) & 1u);
    }
    return value;
  };
  const std::uint64_t elements = read(32);
  if (cut || elements != 4 * static_cast<std::uint64_t>(pixels) || read(5) != 7) return false;
  int sizes[4];
  for (int& size : sizes) size = static_cast<int>(read(4)) + 1;
  for (std::uint64_t k = 0; k < elements;) {
    const bool repeats = read(1) != 0;
    const int size = sizes[read(2)];
    const std::uint64_t n = read(size) + 1;
    if (cut || n > elements - k) return false;
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < n; i++, k++) {
      if (i == 0 || !repeats) value = read(8);
      if (cut) return false;
      if (k % 4 == 3) alphas.push_back(value != 0);
    }
  }
  return !cut;
}

std::vector<bool> alphas_of(const me::Buffer<std::uint32_t>& counts) {
  std::vector<bool> out;
  for (std::int64_t k = 0; k < counts.size(); k++) {
    EXPECT(k == 0 || counts[k] > 0);
    out.insert(out.end(), counts[k], k % 2 == 1);
  }
  return out;
}

void check_decode(const std::string& code, std::int64_t pixels) {
  std::vector<bool> wanted;
  const bool sound = slow_decode(code, pixels, wanted);
  me::Buffer<std::uint32_t> counts;
  try {
    me::decode_brush(reinterpret_cast<const std::uint8_t*>(code.data()),
                     static_cast<std::int64_t>(code.size()), pixels, counts);
  } catch (const me::Error& error) {
    EXPECT(!sound && error.kind == me::ErrorKind::bad_file);
    return;
  }
  EXPECT(sound && alphas_of(counts) == wanted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::int64_t pixels = input.below(2000);
  std::string code = input.rest();
  check_decode(code, pixels);
  if (code.size() > 7) {  // with a head that is right
    const std::uint64_t elements = 4 * static_cast<std::uint64_t>(pixels);
    for (std::size_t i = 0; i < 4; i++) code[i] = static_cast<char>(elements >> (24 - 8 * i));
    code[4] = static_cast<char>(56 | (code[4] & 7));
    check_decode(code, pixels);
  }
  std::vector<std::uint32_t> lengths;
  for (const char c : code) {
    const auto byte = static_cast<std::uint8_t>(c);
    lengths.push_back(lengths.empty() ? byte % 3 : 1 + byte + (byte > 250 ? byte * 300 : 0));
  }
  if (lengths.empty()) lengths.push_back(0);
  me::Buffer<std::uint8_t> written;
  me::encode_brush(lengths.data(), static_cast<std::int64_t>(lengths.size()), written);
  std::int64_t total = 0;
  for (const std::uint32_t length : lengths) total += length;
  me::Buffer<std::uint32_t> counts;
  me::decode_brush(written.data(), written.size(), total, counts);
  EXPECT(std::equal(counts.begin(), counts.end(), lengths.begin(), lengths.end()));
  return 0;
}
