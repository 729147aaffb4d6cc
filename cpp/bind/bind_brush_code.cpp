// Label Studio's code of brush masks.
#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/brush_code.h"

namespace me::bind::brush_code_calls {
namespace {

py::array_t<std::uint32_t> brush_to_counts(const py::buffer& code, std::int64_t pixels) {
  const Bytes bytes(code);
  Buffer<std::uint32_t> counts;
  {
    const ReleaseLock release(8.0 * double(bytes.size()));
    decode_brush(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), pixels, counts);
  }
  return to_array(std::move(counts));
}

py::array_t<std::uint8_t> counts_to_brush(const Column<std::uint32_t>& counts) {
  Buffer<std::uint8_t> code;
  {
    const ReleaseLock release(4.0 * double(counts.size()));
    encode_brush(counts.data(), counts.size(), code);
  }
  return to_array(std::move(code));
}

}  // namespace

ME_BIND(brush_code) {
  module.def("brush_to_counts", brush_to_counts, py::arg("code"), py::arg("pixels"));
  module.def("counts_to_brush", counts_to_brush, py::arg("counts"));
}

}  // namespace me::bind::brush_code_calls
