// Rows of a PNG file, inflated -> pixels.
#include <string>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "runs/png_unfilter.h"

namespace me::bind::png_unfilter_calls {
namespace {

py::array_t<std::uint8_t> unfilter(const Column<std::uint8_t>& rows, std::int64_t height,
                                   std::int64_t row_bytes, int step) {
  require(step >= 1 && step <= 8, ErrorKind::argument, "step", "expected 1 to 8 bytes");
  require(height >= 0 && row_bytes >= 0 && row_bytes < INT64_MAX / 2 &&
              (height == 0 || row_bytes + 1 <= rows.size() / height) &&
              rows.size() == height * (row_bytes + 1),
          ErrorKind::shape_mismatch, "rows", "expected a byte more than the pixels of each row");
  py::array_t<std::uint8_t> pixels({height, row_bytes});
  std::int64_t bad = -1;
  {
    const std::uint8_t* in = rows.data();
    std::uint8_t* out = pixels.mutable_data();
    const ReleaseLock release(1.0 * double(height) * double(row_bytes));
    bad = unfilter_rows(in, height, row_bytes, step, out);
  }
  if (bad >= 0) {
    throw Error(ErrorKind::bad_file, "rows",
                "a damaged PNG: row " + std::to_string(bad) + " has a filter that PNG has not");
  }
  return pixels;
}

}  // namespace

ME_BIND(png_unfilter) {
  module.def("unfilter_rows", unfilter, py::arg("rows"), py::arg("height"), py::arg("row_bytes"),
             py::arg("step"));
}

}  // namespace me::bind::png_unfilter_calls
