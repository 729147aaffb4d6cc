// Patches of whole label maps: made from two, applied to one.
#include <pybind11/stl.h>

#include <array>
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

// Bits of the labels before and after (P, 2), and a uint32 image of a box (left, top, right,
// bottom) that holds all changes, with the number of the pair of each pixel that changes, from 1
// on.
py::tuple patch_pairs(const cpu::Patch& patch, const std::array<std::int64_t, 4>& box) {
  const PixelBox inside{box[0], box[1], box[2], box[3]};
  const PixelBox& all = patch.extent.box;
  require(box[0] >= 0 && box[1] >= 0 && box[0] <= box[2] && box[1] <= box[3] &&
              box[2] <= patch.size.width && box[3] <= patch.size.height &&
              (patch.n == 0 || (box[0] <= all.left && box[1] <= all.top && all.right <= box[2] &&
                                all.bottom <= box[3])),
          ErrorKind::argument, "box", "expected a box in the image that holds all changes");
  const std::int64_t width = box[2] - box[0];
  const std::int64_t height = box[3] - box[1];
  Buffer<std::uint64_t> pairs;
  for (const cpu::LabelPair& pair : *patch.pairs) {
    pairs.push_back(patch.backwards ? pair.after : pair.before);
    pairs.push_back(patch.backwards ? pair.before : pair.after);
  }
  const std::int64_t n = patch.pairs->size();
  Buffer<std::uint32_t> image(height * width);
  {
    const ReleaseLock release(0.1 * double(height * width));
    cpu::paint_pairs(patch, inside, image.data());
  }
  return py::make_tuple(to_array(std::move(pairs), {n, std::int64_t{2}}),
                        to_array(std::move(image), {height, width}));
}

}  // namespace

ME_BIND(canvas_patch) {
  module.def("patch_between", patch_between, py::arg("pre"), py::arg("post"));
  module.def("apply_patch", apply_patch, py::arg("label_map"), py::arg("patch"));
  module.def("patch_pairs", patch_pairs, py::arg("patch"), py::arg("box"));
}

}  // namespace me::bind::canvas_patch_calls
