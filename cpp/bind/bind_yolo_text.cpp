// Lines of YOLO's label files.
#include <pybind11/stl.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/yolo_text.h"

namespace me::bind::yolo_text_calls {
namespace {

// Nothing for a negative class.
void append_line(const double* ring, std::int64_t length, std::int64_t number,
                 const std::int64_t* size, Buffer<char>& text) {
  if (number < 0) return;
  append_integer(number, text);
  append_yolo_ring(ring, length, double(size[1]), double(size[0]), text);
  text.push_back('\n');
}

// All lines in one column and their offsets; a row whose class is negative has an empty one. Each
// row has a ring: `lengths` vertices from number `firsts` on.
std::pair<py::array_t<char>, py::array_t<std::int64_t>> yolo_lines(
    const Column<double>& coords, const Column<std::int64_t>& firsts,
    const Column<std::int64_t>& lengths, const Column<std::int64_t>& classes,
    const Column<std::int64_t>& sizes) {
  const std::int64_t n = classes.size(), vertices = coords.size() / 2;
  require(firsts.size() == n && lengths.size() == n && sizes.size() == 2 * n, ErrorKind::argument,
          "classes", "expected columns of one length");
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t first = firsts.data()[i], length = lengths.data()[i];
    require(classes.data()[i] < 0 || (first >= 0 && length >= 0 && length <= vertices - first),
            ErrorKind::argument, "lengths", "expected a ring inside the column");
  }
  Buffer<std::int64_t> offsets(n + 1);
  std::vector<Buffer<char>> texts;
  {
    const double cost = 100.0 * double(vertices);
    const ReleaseLock release(cost);
    const Exec exec = current_exec();
    const std::int64_t chunks = chunk_count(exec, n, cost / double(std::max<std::int64_t>(n, 1)));
    texts.resize(static_cast<std::size_t>(chunks));
    for_chunks(exec, n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
      Buffer<char>& text = texts[static_cast<std::size_t>(c)];
      for (std::int64_t i = begin; i < end; i++) {
        const std::int64_t before = text.size();
        append_line(coords.data() + 2 * firsts.data()[i], lengths.data()[i], classes.data()[i],
                    sizes.data() + 2 * i, text);
        offsets[i + 1] = text.size() - before;
      }
    });
  }
  offsets[0] = 0;
  for (std::int64_t i = 0; i < n; i++) offsets[i + 1] += offsets[i];
  for (std::size_t c = 1; c < texts.size(); c++) {
    texts[0].append(texts[c].data(), texts[c].size());
  }
  return {to_array(std::move(texts[0])), to_array(std::move(offsets))};
}

}  // namespace

ME_BIND(yolo_text) {
  module.def("yolo_lines", yolo_lines, py::arg("coords"), py::arg("firsts"), py::arg("lengths"),
             py::arg("classes"), py::arg("sizes"));
}

}  // namespace me::bind::yolo_text_calls
