#include "runs/parquet_group.h"

#include "base/thrift.h"

namespace me {
namespace {

// A structure of Thrift's compact protocol, its fields in the order of their numbers.
class Fields {
 public:
  explicit Fields(Buffer<char>& out) : out_(out) {}

  void i32(int number, std::int64_t value) {
    head(number, 5);
    append_zigzag(value, out_);
  }
  void i64(int number, std::int64_t value) {
    head(number, 6);
    append_zigzag(value, out_);
  }
  void binary(int number, const std::string& value) {
    head(number, 8);
    text(value);
  }
  // The values of the list follow.
  void list(int number, int kind, std::size_t n) {
    head(number, 9);
    if (n < 15) {
      out_.push_back(static_cast<char>(n << 4 | static_cast<unsigned>(kind)));
    } else {
      out_.push_back(static_cast<char>(0xF0 | kind));
      append_varint(n, out_);
    }
  }
  // The fields of the structure follow, and its end.
  Fields inner(int number) {
    head(number, 12);
    return Fields(out_);
  }
  void text(const std::string& value) {
    append_varint(value.size(), out_);
    out_.append(value.data(), static_cast<std::int64_t>(value.size()));
  }
  void end() { out_.push_back(0); }

 private:
  void head(int number, int kind) {
    out_.push_back(static_cast<char>((number - last_) << 4 | kind));
    last_ = number;
  }

  Buffer<char>& out_;
  int last_ = 0;
};

void append_statistics(const ChunkStatistics& statistics, Fields&& fields) {
  fields.i64(3, statistics.nulls);
  if (statistics.bounded) {
    fields.binary(5, statistics.most);
    fields.binary(6, statistics.least);
  }
  fields.end();
}

void append_chunk(const ParquetColumn& column, const ColumnChunk& chunk, Buffer<char>& out) {
  Fields outer(out);
  outer.i64(2, 0);
  Fields fields = outer.inner(3);
  fields.i32(1, static_cast<int>(column.physical));
  fields.list(2, 5, 2);
  append_zigzag(static_cast<int>(Encoding::runs), out);
  append_zigzag(static_cast<int>(chunk.encoding), out);
  fields.list(3, 8, column.path.size());
  for (const std::string& name : column.path) fields.text(name);
  fields.i32(4, chunk.codec);
  fields.i64(5, chunk.values);
  fields.i64(6, chunk.unpacked);
  fields.i64(7, chunk.packed);
  fields.i64(9, chunk.begin);
  if (chunk.has_statistics) append_statistics(chunk.statistics, fields.inner(12));
  fields.end();
  outer.end();
}

}  // namespace

void append_page_header(std::int64_t length, std::int64_t packed, std::uint32_t checksum,
                        std::int64_t values, Encoding encoding, Buffer<char>& out) {
  Fields header(out);
  header.i32(1, 0);  // a data page
  header.i32(2, length);
  header.i32(3, packed);
  header.i32(4, static_cast<std::int32_t>(checksum));
  Fields page = header.inner(5);
  page.i32(1, values);
  page.i32(2, static_cast<int>(encoding));
  page.i32(3, static_cast<int>(Encoding::runs));
  page.i32(4, static_cast<int>(Encoding::runs));
  page.end();
  header.end();
}

void append_row_group(const std::vector<ParquetColumn>& columns,
                      const std::vector<ColumnChunk>& chunks, std::int64_t rows,
                      Buffer<char>& out) {
  Fields group(out);
  group.list(1, 12, chunks.size());
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < chunks.size(); i++) {
    append_chunk(columns[i], chunks[i], out);
    bytes += chunks[i].unpacked;
  }
  group.i64(2, bytes);
  group.i64(3, rows);
  group.end();
}

}  // namespace me
