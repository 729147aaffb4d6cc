// Arrow's columns -> the data pages of a Parquet file.
#include <pybind11/stl.h>

#include <optional>
#include <tuple>
#include <utility>

#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/coco_parquet.h"

namespace me::bind::coco_parquet_calls {
namespace {

using OptionalBuffer = std::optional<py::buffer>;

// The buffer of a column that has rows [first, first + n) of `bytes` each; null when there is none.
template <class T>
const T* rows_of(const std::optional<Bytes>& buffer, std::int64_t first, std::int64_t n,
                 const char* name) {
  if (!buffer.has_value()) return nullptr;
  require(
      first >= 0 && n >= 0 && buffer->size() / static_cast<std::int64_t>(sizeof(T)) >= first + n,
      ErrorKind::argument, name, "expected a buffer with every row");
  return reinterpret_cast<const T*>(buffer->data()) + first;
}

// The null bits, offsets and values of n rows.
class ColumnBuffers {
 public:
  ColumnBuffers(const OptionalBuffer& valid, const OptionalBuffer& values, std::int64_t first,
                std::int64_t n)
      : n_(n), first_(first) {
    if (valid.has_value()) valid_.emplace(*valid);
    if (values.has_value()) values_.emplace(*values);
    rows_of<std::uint8_t>(valid_, first / 8, (n + first % 8 + 7) / 8, "valid");
  }

  ValidBits valid() const {
    if (!valid_.has_value()) return {nullptr, 0};
    return {reinterpret_cast<const std::uint8_t*>(valid_->data()), first_};
  }
  const std::optional<Bytes>& values() const { return values_; }

  // The rows of a list or text column whose values number n_values.
  ListRows list(const std::optional<Bytes>& offsets, std::int64_t n_values) const {
    const std::int64_t* p = rows_of<std::int64_t>(offsets, first_, n_ + 1, "offsets");
    bool right = p != nullptr && p[0] >= 0 && p[n_] <= n_values;
    for (std::int64_t i = 0; right && i < n_; i++) right = p[i] <= p[i + 1];
    require(right, ErrorKind::argument, "offsets", "expected offsets that grow in their column");
    return {p, valid(), n_};
  }

 private:
  std::int64_t n_;
  std::int64_t first_;
  std::optional<Bytes> valid_;
  std::optional<Bytes> values_;
};

// The page, how many are null, and the least and the greatest of the others.
using NumbersPage = std::tuple<py::array_t<char>, std::int64_t, py::object, py::object>;

template <class T>
NumbersPage page_of(const ColumnBuffers& column, std::int64_t first, std::int64_t n,
                    bool nullable) {
  Buffer<char> page;
  page.reserve(8 * n + 64);
  if (nullable) append_levels(column.valid(), n, page);
  const T* values = rows_of<T>(column.values(), first, n, "values");
  const Extent<T> found = append_numbers(values, column.valid(), n, page);
  if (!found.known) return {to_array(std::move(page)), found.nulls, py::none(), py::none()};
  const auto bytes = [](const T& value) {
    return py::bytes(reinterpret_cast<const char*>(&value), sizeof value);
  };
  return {to_array(std::move(page)), found.nulls, bytes(found.least), bytes(found.most)};
}

// `kind` is the character of the values in Python's struct.
NumbersPage page_of_numbers(char kind, const OptionalBuffer& valid, const OptionalBuffer& values,
                            std::int64_t first, std::int64_t n, bool nullable) {
  const ColumnBuffers column(valid, values, first, n);
  switch (kind) {
    case 'q':
      return page_of<std::int64_t>(column, first, n, nullable);
    case 'i':
      return page_of<std::int32_t>(column, first, n, nullable);
    case 'B':
      return page_of<std::uint8_t>(column, first, n, nullable);
    case 'd':
      return page_of<double>(column, first, n, nullable);
    default:
      throw Error(ErrorKind::argument, "kind", "expected one of 'q', 'i', 'B', 'd'");
  }
}

// A page and its number of levels; the values of the list begin at `begin` of their buffer.
std::pair<py::array_t<char>, std::int64_t> page_of_lists(char kind, const OptionalBuffer& valid,
                                                         const py::buffer& offsets,
                                                         std::int64_t first, std::int64_t n,
                                                         const OptionalBuffer& values,
                                                         std::int64_t begin) {
  const ColumnBuffers column(valid, values, first, n);
  const std::optional<Bytes> ends(std::in_place, offsets);
  const std::int64_t width = kind == 'd' ? 8 : 4;
  const std::int64_t bytes = column.values().has_value() ? column.values()->size() : 0;
  require(begin >= 0 && (kind == 'd' || kind == 'i'), ErrorKind::argument, "kind",
          "expected 'd' or 'i'");
  const ListRows rows = column.list(ends, bytes / width - begin);
  Buffer<char> page;
  std::int64_t levels = 0;
  {
    const std::int64_t n_values = rows.offsets[n] - rows.offsets[0];
    const ReleaseLock release(1.0 * double(n_values));
    page.reserve(width * n_values + 16 * n + 64);
    levels = append_list_levels(rows, page);
    const char* data = bytes > 0 ? column.values()->data() + width * begin : nullptr;
    if (kind == 'd') {
      append_split(rows, reinterpret_cast<const double*>(data), page);
    } else {
      append_integers(rows, reinterpret_cast<const std::int32_t*>(data), page);
    }
  }
  return {to_array(std::move(page)), levels};
}

py::array_t<char> page_of_texts(const OptionalBuffer& valid, const py::buffer& offsets,
                                std::int64_t first, std::int64_t n, const OptionalBuffer& text) {
  const ColumnBuffers column(valid, text, first, n);
  const std::optional<Bytes> ends(std::in_place, offsets);
  const std::int64_t bytes = column.values().has_value() ? column.values()->size() : 0;
  const ListRows rows = column.list(ends, bytes);
  Buffer<char> page;
  {
    const std::int64_t length = rows.offsets[n] - rows.offsets[0];
    const ReleaseLock release(1.0 * double(length));
    page.reserve(length + 4 * n + 64);
    append_levels(rows.valid, n, page);
    append_texts(rows, bytes > 0 ? column.values()->data() : nullptr, page);
  }
  return to_array(std::move(page));
}

}  // namespace

ME_BIND(coco_parquet) {
  module.def("page_of_numbers", page_of_numbers, py::arg("kind"), py::arg("valid"),
             py::arg("values"), py::arg("first"), py::arg("n"), py::arg("nullable"));
  module.def("page_of_lists", page_of_lists, py::arg("kind"), py::arg("valid"), py::arg("offsets"),
             py::arg("first"), py::arg("n"), py::arg("values"), py::arg("begin"));
  module.def("page_of_texts", page_of_texts, py::arg("valid"), py::arg("offsets"), py::arg("first"),
             py::arg("n"), py::arg("text"));
}

}  // namespace me::bind::coco_parquet_calls
