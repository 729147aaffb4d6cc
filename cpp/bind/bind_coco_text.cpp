// Compressed counts of a whole batch in one column of text.
#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "runs/coco_text.h"

namespace me::bind::coco_text_calls {
namespace {

// All texts in one column and their offsets.
std::pair<py::array_t<char>, py::array_t<std::int64_t>> runs_to_text(const Batch& masks) {
  Buffer<char> text;
  Buffer<std::int64_t> offsets(1);
  offsets[0] = 0;
  {
    const ReleaseLock release(2.0 * double(masks.view.total_counts()));
    text.reserve(2 * masks.view.total_counts());
    for (std::int64_t i = 0; i < masks.view.n; i++) {
      append_coco_text(masks.view[i], text);
      offsets.push_back(text.size());
    }
  }
  return {to_array(std::move(text)), to_array(std::move(offsets))};
}

// The batch, and index and reason of each text that is not sound; those items are empty masks.
std::pair<Batch, std::vector<std::pair<std::int64_t, std::string>>> runs_from_text(
    const py::buffer& text, const Column<std::int64_t>& offsets,
    const Column<std::int64_t>& sizes) {
  const Bytes bytes(text);
  const std::int64_t n = sizes.size() / 2;
  const std::int64_t* ends = check_offsets(offsets, n, bytes.size(), "text");
  Runs out;
  std::vector<std::pair<std::int64_t, std::string>> bad;
  const ReleaseLock release(2.0 * double(bytes.size()));
  for (std::int64_t i = 0; i < n; i++) {
    const std::int64_t begin = out.counts.size();
    std::string reason = parse_coco_text(bytes.data() + ends[i], ends[i + 1] - ends[i], out.counts);
    Size size{sizes.data()[2 * i], sizes.data()[2 * i + 1]};
    if (reason.empty()) {
      reason = validate({out.counts.data() + begin, out.counts.size() - begin, size});
    }
    if (!reason.empty()) {
      bad.emplace_back(i, reason);
      out.counts.truncate(begin);
      out.counts.push_back(0);
      size = {0, 0};
    }
    out.end_item(size);
  }
  return {wrap(std::move(out)), std::move(bad)};
}

}  // namespace

ME_BIND(coco_text) {
  module.def("runs_to_text", runs_to_text, py::arg("masks"));
  module.def("runs_from_text", runs_from_text, py::arg("text"), py::arg("offsets"),
             py::arg("sizes"));
}

}  // namespace me::bind::coco_text_calls
