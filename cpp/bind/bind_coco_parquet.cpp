// A record batch -> the data pages of a row group of a Parquet file, and what the footer tells of
// it.
#include <pybind11/numpy.h>

#include <utility>
#include <vector>

#include "base/crc32.h"
#include "bind/arrow_columns.h"
#include "bind/batch.h"
#include "bind/native_class.h"
#include "bind/registry.h"
#include "runs/coco_parquet.h"
#include "runs/parquet_group.h"

namespace me::bind::coco_parquet_calls {
namespace {

// Pages below this many bytes are collected in one piece of the file.
constexpr std::int64_t large_page = std::int64_t{1} << 16;

struct Page {
  explicit Page(std::int64_t n) : values(n) {}

  Buffer<char> bytes;
  std::int64_t values;  // or nulls, or empty lists
  Encoding encoding = Encoding::plain;
  ChunkStatistics statistics;
};

struct KindOfColumn {
  char kind;  // of its values in Python's struct; D and I for lists of those, Z for bytes or text,
              // W for words of a dictionary
  bool nullable, has_statistics;
};

[[noreturn]] void refuse(std::int64_t column) {
  throw Error(ErrorKind::type, "batch", "expected columns of the types of the file", column);
}

template <class T>
Page page_of_numbers(const ArrowColumn& column, bool nullable) {
  const std::int64_t n = column.rows();
  Page page(n);
  page.bytes.reserve(8 * n + 64);
  if (nullable) append_levels(column.valid(), n, page.bytes);
  const Extent<T> found = append_numbers(column.buffer<T>(1), column.valid(), n, page.bytes);
  page.statistics = {found.nulls, found.known, {}, {}};
  if (found.known) {
    page.statistics.least.assign(reinterpret_cast<const char*>(&found.least), sizeof(T));
    page.statistics.most.assign(reinterpret_cast<const char*>(&found.most), sizeof(T));
  }
  return page;
}

Page page_of_lists(const ArrowColumn& column, bool real) {
  const ArrowColumn child = column.child();
  const ListRows rows = column.lists(child.rows());
  const std::int64_t n_values = rows.offsets[rows.n] - rows.offsets[0];
  Page page(0);
  const ReleaseLock release(1.0 * double(n_values));
  page.bytes.reserve((real ? 8 : 4) * n_values + 16 * rows.n + 64);
  page.values = append_list_levels(rows, page.bytes);
  if (real) {
    page.encoding = Encoding::split;
    append_split(rows, child.buffer<double>(1), page.bytes);
  } else {
    append_integers(rows, child.buffer<std::int32_t>(1), page.bytes);
  }
  return page;
}

Page page_of_texts(const ArrowColumn& column) {
  const ListRows rows = column.lists(INT64_MAX);  // Arrow does not tell how long the text is
  const std::int64_t length = rows.offsets[rows.n] - rows.offsets[0];
  Page page(rows.n);
  const ReleaseLock release(1.0 * double(length));
  page.bytes.reserve(length + 4 * rows.n + 64);
  append_levels(rows.valid, rows.n, page.bytes);
  append_texts(rows, column.text(), page.bytes);
  return page;
}

Page page_of_words(const ArrowColumn& column) {
  const ArrowColumn words = column.dictionary();
  const std::int64_t n = column.rows();
  Page page(n);
  page.bytes.reserve(16 * n + 64);
  append_levels(column.valid(), n, page.bytes);
  const bool right =
      append_words({column.buffer<std::int8_t>(1), column.valid(), n},
                   words.buffer<std::int32_t>(1), words.text(), words.rows(), page.bytes);
  require(right, ErrorKind::argument, "batch", "expected numbers of words in their dictionary");
  return page;
}

// Throws unless the column is of that kind.
void check_type(const ArrowColumn& column, char kind, std::int64_t number) {
  const bool is_list = kind == 'D' || kind == 'I';
  bool right = column.has_dictionary() == (kind == 'W') && column.is("+L") == is_list;
  const char* const format = kind == 'q' ? "l" : kind == 'i' ? "i" : kind == 'B' ? "C" : "g";
  if (right && is_list) {
    right = column.child().is(kind == 'D' ? "g" : "i") && column.child().valid().bits == nullptr;
  } else if (right && kind == 'W') {
    right = column.is("c") && column.dictionary().is("u") &&
            column.dictionary().valid().bits == nullptr;
  } else if (right) {
    right = kind == 'Z' ? column.is("Z") || column.is("U") : column.is(format);
  }
  if (!right) refuse(number);
}

Page page_of(const ArrowColumn& column, const KindOfColumn& kind) {
  switch (kind.kind) {
    case 'q':
      return page_of_numbers<std::int64_t>(column, kind.nullable);
    case 'i':
      return page_of_numbers<std::int32_t>(column, kind.nullable);
    case 'B':
      return page_of_numbers<std::uint8_t>(column, kind.nullable);
    case 'd':
      return page_of_numbers<double>(column, kind.nullable);
    case 'D':
    case 'I':
      return page_of_lists(column, kind.kind == 'D');
    case 'Z':
      return page_of_texts(column);
    default:
      return page_of_words(column);
  }
}

Physical physical_of(char kind) {
  switch (kind) {
    case 'q':
      return Physical::int64;
    case 'i':
    case 'I':
    case 'B':
      return Physical::int32;
    case 'd':
    case 'D':
      return Physical::real;
    case 'Z':
    case 'W':
      return Physical::bytes;
    default:
      throw Error(ErrorKind::argument, "kind",
                  "expected one of 'q', 'i', 'B', 'd', 'D', 'I', 'Z', 'W'");
  }
}

// How pages of so many bytes and more are packed: pack(number of the column, page) -> bytes.
struct Packing {
  int codec;
  std::int64_t least;
  py::object pack;
};

// Of offsets and values; null bits are not counted, nor is a dictionary.
std::int64_t bytes_of(const ArrowColumn& column, char kind) {
  const std::int64_t n = column.rows();
  const auto of_lists = [&](std::int64_t width) {
    const auto* const offsets = n == 0 ? nullptr : column.buffer<std::int64_t>(1);
    return 8 * (n + 1) + (offsets == nullptr ? 0 : width * (offsets[n] - offsets[0]));
  };
  switch (kind) {
    case 'D':
      return of_lists(8);
    case 'I':
      return of_lists(4);
    case 'Z':
      return of_lists(1);
    case 'B':
    case 'W':
      return n;
    case 'i':
      return 4 * n;
    default:
      return 8 * n;
  }
}

// Pieces of the file, one after the other.
class Pieces {
 public:
  explicit Pieces(std::int64_t begin) : begin_(begin), end_(begin) {}

  std::int64_t end() const { return end_; }
  Buffer<char>& small() { return small_; }
  // What stands in small() is part of the file.
  void count() { end_ = begin_ + small_.size(); }
  void add(const py::object& piece, std::int64_t bytes) {
    flush();
    out_.append(piece);
    begin_ = end_ = end_ + bytes;
  }
  py::list finish() {
    flush();
    return std::move(out_);
  }

 private:
  void flush() {
    if (small_.size() > 0) out_.append(to_array(std::move(small_)));
    small_ = Buffer<char>();
    begin_ = end_;
  }

  std::int64_t begin_, end_;
  Buffer<char> small_;
  py::list out_;
};

py::object as_bytes(const ChunkStatistics& statistics, const std::string& value) {
  return statistics.bounded ? py::object(py::bytes(value)) : py::none();
}

// The columns of the row groups of a file.
class ParquetColumns {
 public:
  void add(const std::vector<std::string>& path, char kind, bool nullable, bool has_statistics) {
    columns_.push_back({physical_of(kind), path});
    kinds_.push_back({kind, nullable, has_statistics});
  }

  // Pieces of the file from byte `begin` on, and a tuple for each column; see chunk_of.
  std::pair<py::list, py::list> group(const py::tuple& batch, std::int64_t begin, int codec,
                                      std::int64_t least, std::int64_t least_batch,
                                      const py::object& pack) const {
    const ArrowBatch columns(batch);
    if (columns.size() != static_cast<std::int64_t>(kinds_.size())) refuse(columns.size());
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < kinds_.size(); i++) {
      const ArrowColumn column = columns[static_cast<std::int64_t>(i)];
      check_type(column, kinds_[i].kind, static_cast<std::int64_t>(i));
      if (column.rows() != columns.rows()) refuse(static_cast<std::int64_t>(i));
      bytes += bytes_of(column, kinds_[i].kind);
    }
    const Packing packing{codec, bytes < least_batch ? INT64_MAX : least, pack};
    Pieces pieces(begin);
    py::list chunks;
    for (std::size_t i = 0; i < kinds_.size(); i++) {
      const auto number = static_cast<std::int64_t>(i);
      Page page = page_of(columns[number], kinds_[i]);
      if (!kinds_[i].has_statistics) page.statistics = {};
      chunks.append(put(std::move(page), packing, number, pieces));
    }
    return {pieces.finish(), chunks};
  }

  // The structure of the footer for a group of `rows`, whose chunks were written `shift` bytes on.
  py::bytes description(std::int64_t rows, const py::list& chunks, std::int64_t shift) const {
    require(chunks.size() == columns_.size(), ErrorKind::argument, "chunks",
            "expected one for each column");
    std::vector<ColumnChunk> told;
    for (std::size_t i = 0; i < columns_.size(); i++) {
      told.push_back(chunk_of(chunks[i], shift));
      told.back().has_statistics = kinds_[i].has_statistics;
    }
    Buffer<char> out;
    append_row_group(columns_, told, rows, out);
    return {out.data(), static_cast<std::size_t>(out.size())};
  }

 private:
  static py::object put(Page&& page, const Packing& packing, std::int64_t number, Pieces& pieces) {
    const std::int64_t length = page.bytes.size();
    const bool packs = length >= packing.least;
    py::object piece;
    std::int64_t bytes = length;
    std::uint32_t checksum = 0;
    if (packs) {
      piece = packing.pack(number, to_array(std::move(page.bytes)));
      if (!PyBytes_Check(piece.ptr())) throw py::type_error("expected bytes of pack()");
      bytes = PyBytes_GET_SIZE(piece.ptr());
      checksum = crc32(PyBytes_AS_STRING(piece.ptr()), bytes);
    } else {
      checksum = crc32(page.bytes.data(), length);
    }
    const std::int64_t begin = pieces.end();
    append_page_header(length, bytes, checksum, page.values, page.encoding, pieces.small());
    pieces.count();
    const std::int64_t header = pieces.end() - begin;
    if (!packs && length < large_page) {
      pieces.small().append(page.bytes.data(), length);
      pieces.count();
    } else {
      pieces.add(packs ? piece : py::object(to_array(std::move(page.bytes))), bytes);
    }
    const ChunkStatistics& told = page.statistics;
    return py::make_tuple(static_cast<int>(page.encoding), packs ? packing.codec : 0, page.values,
                          header + length, header + bytes, begin, told.nulls,
                          as_bytes(told, told.least), as_bytes(told, told.most));
  }

  static ColumnChunk chunk_of(const py::handle& told, std::int64_t shift) {
    const auto fields = py::cast<py::sequence>(told);
    require(fields.size() == 9, ErrorKind::argument, "chunks", "expected nine numbers of each");
    const auto number = [&](std::size_t i) { return py::cast<std::int64_t>(fields[i]); };
    ColumnChunk chunk{static_cast<Encoding>(number(0)),
                      static_cast<int>(number(1)),
                      number(2),
                      number(3),
                      number(4),
                      number(5) + shift,
                      false,
                      {number(6), false, {}, {}}};
    if (!fields[7].is_none()) {
      chunk.statistics.bounded = true;
      chunk.statistics.least = py::cast<std::string>(fields[7]);
      chunk.statistics.most = py::cast<std::string>(fields[8]);
    }
    return chunk;
  }

  std::vector<ParquetColumn> columns_;
  std::vector<KindOfColumn> kinds_;
};

}  // namespace

ME_BIND(coco_parquet) {
  native_class<ParquetColumns>(module, "ParquetColumns")
      .def_static("make", [] { return ParquetColumns(); })
      .def("add", &ParquetColumns::add, py::arg("path"), py::arg("kind"), py::arg("nullable"),
           py::arg("has_statistics"))
      .def("group", &ParquetColumns::group, py::arg("batch"), py::arg("begin"), py::arg("codec"),
           py::arg("least"), py::arg("least_batch"), py::arg("pack"))
      .def("description", &ParquetColumns::description, py::arg("rows"), py::arg("chunks"),
           py::arg("shift"));
}

}  // namespace me::bind::coco_parquet_calls
