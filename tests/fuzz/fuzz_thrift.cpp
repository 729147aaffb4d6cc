// Any numbers: as variable-length integers, plain and zigzag, they are read back by a reader that
// knows only the definition, in the fewest bytes.
#include "base/thrift.h"
#include "expect.h"
#include "input.h"

namespace {

// The number at `at`, which moves behind it.
std::uint64_t read_varint(const me::Buffer<char>& bytes, std::int64_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    EXPECT(at < bytes.size() && shift < 64);
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    value |= std::uint64_t{byte & 127u} << shift;
    if (byte < 128) {
      EXPECT(byte != 0 || shift == 0);  // no byte too many
      return value;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::vector<std::uint64_t> numbers;
  while (input.left() > 0) {
    const int shift = input.byte() % 64;
    numbers.push_back(input.value<std::uint64_t>() >> shift);
  }
  me::Buffer<char> bytes;
  for (const std::uint64_t number : numbers) {
    me::append_varint(number, bytes);
    me::append_zigzag(static_cast<std::int64_t>(number), bytes);
    me::append_zigzag(static_cast<std::int64_t>(~number), bytes);
  }
  std::int64_t at = 0;
  for (const std::uint64_t number : numbers) {
    EXPECT(read_varint(bytes, at) == number);
    for (const std::uint64_t wanted : {number, ~number}) {
      const std::uint64_t zigzag = read_varint(bytes, at);
      EXPECT((zigzag % 2 == 0 ? zigzag / 2 : ~(zigzag / 2)) == wanted);
    }
  }
  EXPECT(at == bytes.size());
  return 0;
}
