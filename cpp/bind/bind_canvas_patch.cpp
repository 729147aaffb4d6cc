// Patches of whole label maps: made from two, applied to one.
#include <memory>
#include <utility>

#include "bind/canvas_engine.h"
#include "bind/registry.h"
#include "ops/canvas/map_changes.h"

namespace me::bind::canvas_patch_calls {
namespace {

MaskView map_view(const py::array& map, const char* name) {
  require(map.ndim() == 2, ErrorKind::shape_mismatch, name, "expected shape (H, W)");
  const MaskView view = mask_view(map);
  require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, name,
          "expected sides below 2^31");
  return view;
}

std::shared_ptr<cpu::Patch> patch_between(const py::array& before, const py::array& after) {
  const MaskView first = map_view(before, "pre");
  const MaskView second = map_view(after, "post");
  require(first.height == second.height && first.width == second.width, ErrorKind::shape_mismatch,
          "post", "expected the shape of the map before");
  require(first.element == second.element, ErrorKind::type, "post",
          "expected the dtype of the map before");
  const ReleaseLock release(0.2 * double(before.nbytes()));
  const cpu::Changes changes = cpu::changes_between(first, second);
  return std::make_shared<cpu::Patch>(
      cpu::make_patch(changes, {first.height, first.width}, first.element));
}

// Changes `map`, or nothing when it is another map than the patch was made for.
void apply_patch(py::array map, const cpu::Patch& patch) {
  map_view(map, "label_map");
  const MutableMaskView view = mutable_mask_view(map);
  require(patch.size == Size{view.height, view.width} && patch.element == view.element,
          ErrorKind::shape_mismatch, "patch", "expected a patch of a label map like this one");
  const ReleaseLock release(50.0 * double(patch.n) + 0.1 * double(patch.extent.area));
  cpu::LabelMap labels(view);
  cpu::Changes changes;
  cpu::append_changes(patch, changes);
  require(cpu::matches(labels, changes, false), ErrorKind::argument, "patch",
          "expected labels as they were when it was made: the label map has others");
  cpu::write(labels, changes, false);
}

// Bits of the labels before and after (P, 2), and a uint32 image with the number of the pair of
// each pixel that changes, from 1 on.
py::tuple patch_pairs(const cpu::Patch& patch) {
  Buffer<std::uint64_t> pairs;
  for (const cpu::LabelPair& pair : *patch.pairs) {
    pairs.push_back(patch.backwards ? pair.after : pair.before);
    pairs.push_back(patch.backwards ? pair.before : pair.after);
  }
  const std::int64_t n = patch.pairs->size();
  Buffer<std::uint32_t> image(patch.size.area());
  {
    const ReleaseLock release(0.1 * double(patch.size.area()));
    cpu::paint_pairs(patch, image.data());
  }
  return py::make_tuple(to_array(std::move(pairs), {n, std::int64_t{2}}),
                        to_array(std::move(image), {patch.size.height, patch.size.width}));
}

}  // namespace

ME_BIND(canvas_patch) {
  module.def("patch_between", patch_between, py::arg("pre"), py::arg("post"));
  module.def("apply_patch", apply_patch, py::arg("label_map"), py::arg("patch"));
  module.def("patch_pairs", patch_pairs, py::arg("patch"));
}

}  // namespace me::bind::canvas_patch_calls
