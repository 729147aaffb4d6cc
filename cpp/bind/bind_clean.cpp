#include <string>
#include <utility>

#include "bind/arrays.h"
#include "bind/region_changes.h"
#include "bind/registry.h"
#include "ops/clean/clean.h"

namespace me::bind::clean_calls {
namespace {

cpu::CleanRule::Kind clean_kind(const std::string& word) {
  using Kind = cpu::CleanRule::Kind;
  if (word == "small") return Kind::small;
  if (word == "largest") return Kind::largest;
  require(word == "holes", ErrorKind::argument, "rule", "expected small, largest or holes");
  return Kind::holes;
}

py::tuple clean(py::array& masks, const std::string& rule, bool corners, bool valued,
                const LabelBits& labels, const Limits& limits, std::int64_t otherwise,
                std::int64_t k, bool reported) {
  const MutableMaskView view = mutable_mask_view(masks);
  const cpu::CleanRule how{
      clean_kind(rule), corners, valued, class_limits(labels, limits, otherwise), k, reported};
  const Exec exec = current_exec();
  RegionChanges changes;
  {
    const ReleaseLock release(0.1 * double(masks.nbytes()));
    changes = cpu::clean(view, how, exec);
  }
  return to_tuple(std::move(changes));
}

py::tuple clean_masks(const Batch& masks, const std::string& rule, bool corners,
                      std::int64_t pixels, std::int64_t k, bool reported) {
  cpu::CleanRule how{clean_kind(rule), corners, false, {}, k, reported};
  how.limits.otherwise = pixels;
  const Exec exec = current_exec();
  cpu::CleanedMasks cleaned;
  {
    const ReleaseLock release(10.0 * double(masks.view.total_counts()));
    cleaned = cpu::clean_masks(masks.view, how, exec);
  }
  return py::make_tuple(wrap(std::move(cleaned.masks)), to_tuple(std::move(cleaned.changes)));
}

}  // namespace

ME_BIND(clean) {
  module.def("clean", clean, py::arg("masks"), py::arg("rule"), py::arg("corners"),
             py::arg("valued"), py::arg("labels"), py::arg("limits"), py::arg("otherwise"),
             py::arg("k"), py::arg("reported"));
  module.def("clean_masks", clean_masks, py::arg("masks"), py::arg("rule"), py::arg("corners"),
             py::arg("pixels"), py::arg("k"), py::arg("reported"));
}

}  // namespace me::bind::clean_calls
