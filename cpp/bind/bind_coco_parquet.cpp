// Columns -> the data pages of a Parquet file.
#include <pybind11/stl.h>

#include <utility>

#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/coco_parquet.h"

namespace me::bind::coco_parquet_calls {
namespace {

using Valid = Column<std::uint8_t>;

// The rows of a list column; null ones have no values.
ListRows rows_of(const Column<std::int64_t>& offsets, const Valid& valid, std::int64_t n_values) {
  const std::int64_t n = valid.size();
  return {check_offsets(offsets, n, n_values, "offsets"), valid.data(), n};
}

// A page and its number of levels.
std::pair<py::array_t<char>, std::int64_t> page_of_doubles(const Column<double>& values,
                                                           const Column<std::int64_t>& offsets,
                                                           const Valid& valid) {
  const ListRows rows = rows_of(offsets, valid, values.size());
  Buffer<char> page;
  std::int64_t levels = 0;
  {
    const ReleaseLock release(double(values.size()));
    page.reserve(8 * values.size() + 16 * rows.n + 64);
    levels = append_list_levels(rows, page);
    append_split(values.data(), values.size(), page);
  }
  return {to_array(std::move(page)), levels};
}

std::pair<py::array_t<char>, std::int64_t> page_of_integers(const Column<std::int32_t>& values,
                                                            const Column<std::int64_t>& offsets,
                                                            const Valid& valid) {
  const ListRows rows = rows_of(offsets, valid, values.size());
  Buffer<char> page;
  const std::int64_t levels = append_list_levels(rows, page);
  page.append(reinterpret_cast<const char*>(values.data()), 4 * values.size());
  return {to_array(std::move(page)), levels};
}

py::array_t<char> page_of_texts(const py::buffer& text, const Column<std::int64_t>& offsets,
                                const Valid& valid) {
  const Bytes bytes(text);
  const ListRows rows = rows_of(offsets, valid, bytes.size());
  Buffer<char> page;
  {
    const ReleaseLock release(double(bytes.size()));
    page.reserve(bytes.size() + 4 * rows.n + 64);
    append_levels(rows.valid, rows.n, page);
    append_texts(rows, bytes.data(), page);
  }
  return to_array(std::move(page));
}

py::array_t<char> page_levels(const Valid& valid) {
  Buffer<char> page;
  append_levels(valid.data(), valid.size(), page);
  return to_array(std::move(page));
}

}  // namespace

ME_BIND(coco_parquet) {
  module.def("page_of_doubles", page_of_doubles, py::arg("values"), py::arg("offsets"),
             py::arg("valid"));
  module.def("page_of_integers", page_of_integers, py::arg("values"), py::arg("offsets"),
             py::arg("valid"));
  module.def("page_of_texts", page_of_texts, py::arg("text"), py::arg("offsets"), py::arg("valid"));
  module.def("page_levels", page_levels, py::arg("valid"));
}

}  // namespace me::bind::coco_parquet_calls
