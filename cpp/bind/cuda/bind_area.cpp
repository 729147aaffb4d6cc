#include <pybind11/numpy.h>

#include "base/error.h"
#include "bind/registry.h"
#include "ops/area/area.h"

namespace me::bind {
namespace {

using Counts = py::array_t<std::uint32_t, py::array::c_style>;
using Longs = py::array_t<std::int64_t, py::array::c_style>;

// The columns of host masks through the device and back.
Longs area_of_host(const Counts& counts, const Longs& offsets, const Longs& sizes) {
  const std::int64_t n = sizes.size() / 2;
  std::int64_t index = -1;
  const std::string reason = validate(counts.data(), counts.size(), offsets.data(), offsets.size(),
                                      sizes.data(), n, &index);
  if (!reason.empty()) throw Error(ErrorKind::malformed_rle, "counts", reason, index);
  Longs areas(n);
  std::int64_t* out = areas.mutable_data();
  const py::gil_scoped_release release;
  cuda::area_of_host({counts.data(), offsets.data(), sizes.data(), n}, out);
  return areas;
}

}  // namespace

ME_BIND(area) {
  module.def("area_of_host", area_of_host, py::arg("counts").noconvert(),
             py::arg("offsets").noconvert(), py::arg("sizes").noconvert());
}

}  // namespace me::bind
