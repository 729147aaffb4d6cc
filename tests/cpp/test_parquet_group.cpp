// Headers of pages and row groups of Parquet: bytes put together by hand from the rules of Thrift's
// compact protocol.
#include <string>
#include <vector>

#include "check.h"
#include "runs/coco_parquet.h"
#include "runs/parquet_group.h"

namespace {

std::string text_of(const me::Buffer<char>& bytes) {
  return {bytes.begin(), static_cast<std::size_t>(bytes.size())};
}

}  // namespace

ME_TEST(header_of_a_page) {
  me::Buffer<char> out;
  me::append_page_header(10, 100, 0xffffffffu, 3, me::Encoding::split, out);
  const std::string wanted(
      "\x15\x00\x15\x14\x15\xc8\x01\x15\x01"      // a data page, 10 bytes in 100, checksum -1
      "\x1c\x15\x06\x15\x12\x15\x06\x15\x06\x00"  // 3 values, encodings 9, 3 and 3
      "\x00",
      20);
  CHECK(text_of(out) == wanted);
}

ME_TEST(description_of_a_row_group) {
  const me::ColumnChunk chunk{
      me::Encoding::plain, 6, 3, 30, 20, 4, true, {1, true, std::string("\1"), std::string("\2")}};
  me::ColumnChunk bare = chunk;
  bare.has_statistics = false;
  me::ColumnChunk unknown = chunk;
  unknown.statistics.bounded = false;
  const me::ParquetColumn column{me::Physical::int64, {"a", "bc"}};
  const std::string before(
      "\x26\x00\x1c\x15\x04\x19\x25\x06\x00\x19\x28\x01"
      "a\x02"
      "bc\x15\x0c\x16\x06\x16\x3c\x16\x28\x26\x08",
      26);
  const std::string statistics("\x3c\x36\x02\x28\x01\x02\x18\x01\x01\x00", 10);
  const std::string nulls_alone("\x3c\x36\x02\x00", 4);
  const std::string end(2, '\0');
  me::Buffer<char> out;
  me::append_row_group({column, column, column}, {chunk, bare, unknown}, 5, out);
  CHECK(text_of(out) == "\x19\x3c" + before + statistics + end + before + end + before +
                            nulls_alone + end + std::string("\x16\xb4\x01\x16\x0a\x00", 6));
}

ME_TEST(many_columns) {
  const me::ColumnChunk chunk{me::Encoding::runs, 0, 0, 0, 0, 0, false, {}};
  me::Buffer<char> out;
  me::append_row_group(std::vector<me::ParquetColumn>(20, {me::Physical::bytes, {"a"}}),
                       std::vector<me::ColumnChunk>(20, chunk), 0, out);
  CHECK(text_of(out).substr(0, 3) == "\x19\xfc\x14");  // a list of 15 and more has a number
}

ME_TEST(words_of_a_dictionary) {
  const std::int8_t word[] = {1, 0, 7, 1};
  const std::int32_t ends[] = {0, 2, 2};
  const std::uint8_t some[] = {0x0b};
  me::Buffer<char> out;
  CHECK(me::append_words({word, {some, 0}, 4}, ends, "ab", 2, out));
  CHECK(text_of(out) == std::string("\0\0\0\0\2\0\0\0ab\0\0\0\0", 14));
  CHECK(!me::append_words({word, {nullptr, 0}, 4}, ends, "ab", 2, out));
  const std::int8_t negative[] = {-1};
  CHECK(!me::append_words({negative, {nullptr, 0}, 1}, ends, "ab", 2, out));
}
