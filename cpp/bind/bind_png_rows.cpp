// Rows of pixels as the data of a PNG file.
#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/png_rows.h"

namespace me::bind::png_rows_calls {
namespace {

py::array_t<std::uint8_t> deflate_pixels(const Column<std::uint8_t>& rows, int step) {
  require(rows.ndim() == 2, ErrorKind::shape_mismatch, "rows", "expected two dimensions");
  require(step >= 1 && step <= 4, ErrorKind::argument, "step", "expected 1 to 4 bytes");
  const std::int64_t height = rows.shape(0), row_bytes = rows.shape(1);
  Buffer<std::uint8_t> stream;
  {
    const ReleaseLock release(0.3 * double(height) * double(row_bytes));
    deflate_rows(rows.data(), height, row_bytes, step, stream);
  }
  return to_array(std::move(stream));
}

}  // namespace

ME_BIND(png_rows) { module.def("deflate_rows", deflate_pixels, py::arg("rows"), py::arg("step")); }

}  // namespace me::bind::png_rows_calls
