// Lines of YOLO's label files.
#include <pybind11/stl.h>

#include <utility>

#include "base/json.h"
#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/yolo_text.h"

namespace me::bind::yolo_text_calls {
namespace {

// All lines in one column and their offsets; a row whose class is negative has an empty one. Each
// row has a ring: `lengths` vertices from number `firsts` on.
std::pair<py::array_t<char>, py::array_t<std::int64_t>> yolo_lines(
    const Column<double>& coords, const Column<std::int64_t>& firsts,
    const Column<std::int64_t>& lengths, const Column<std::int64_t>& classes,
    const Column<std::int64_t>& sizes) {
  const std::int64_t n = classes.size(), vertices = coords.size() / 2;
  require(firsts.size() == n && lengths.size() == n && sizes.size() == 2 * n, ErrorKind::argument,
          "classes", "expected columns of one length");
  const std::int64_t *first = firsts.data(), *length = lengths.data(), *size = sizes.data();
  Buffer<char> text;
  Buffer<std::int64_t> offsets(1);
  offsets[0] = 0;
  {
    const ReleaseLock release(100.0 * double(vertices));
    for (std::int64_t i = 0; i < n; i++) {
      if (classes.data()[i] >= 0) {
        require(first[i] >= 0 && length[i] >= 0 && length[i] <= vertices - first[i],
                ErrorKind::argument, "lengths", "expected a ring inside the column");
        append_integer(classes.data()[i], text);
        append_yolo_ring(coords.data() + 2 * first[i], length[i], double(size[2 * i + 1]),
                         double(size[2 * i]), text);
        text.push_back('\n');
      }
      offsets.push_back(text.size());
    }
  }
  return {to_array(std::move(text)), to_array(std::move(offsets))};
}

}  // namespace

ME_BIND(yolo_text) {
  module.def("yolo_lines", yolo_lines, py::arg("coords"), py::arg("firsts"), py::arg("lengths"),
             py::arg("classes"), py::arg("sizes"));
}

}  // namespace me::bind::yolo_text_calls
