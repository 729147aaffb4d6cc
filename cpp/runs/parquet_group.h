// What stands around the data pages of a row group: their headers, and its description in the
// footer. The format: https://parquet.apache.org/docs/file-format/
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/buffer.h"

namespace me {

// Parquet's numbers.
enum class Physical { int32 = 1, int64 = 2, real = 5, bytes = 6 };
enum class Encoding { plain = 0, runs = 3, split = 9 };

// A column of every row group.
struct ParquetColumn {
  Physical physical;
  std::vector<std::string> path;  // names from the root to the values
};

// The least and greatest value, as the file has them, and how many are null.
struct ChunkStatistics {
  std::int64_t nulls = 0;
  bool bounded = false;
  std::string least, most;
};

// A column of a row group, as the footer tells of it.
struct ColumnChunk {
  Encoding encoding;
  int codec;
  std::int64_t values;
  std::int64_t unpacked, packed;  // bytes, with the header
  std::int64_t begin;             // byte of the file
  bool has_statistics;
  ChunkStatistics statistics;
};

// Appends the header of a data page of `length` bytes, stored as `packed` of them.
void append_page_header(std::int64_t length, std::int64_t packed, std::uint32_t checksum,
                        std::int64_t values, Encoding encoding, Buffer<char>& out);

// Appends the structure RowGroup.
void append_row_group(const std::vector<ParquetColumn>& columns,
                      const std::vector<ColumnChunk>& chunks, std::int64_t rows, Buffer<char>& out);

}  // namespace me
