#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/hole_tree/hole_tree.h"

namespace me::bind::hole_tree_calls {
namespace {

// (component counts, hole counts, parents, depths, hole parents, areas, boxes, first pixels)
py::tuple to_tuple(cpu::HoleTree&& tree) {
  const std::int64_t holes = tree.hole_parent.size();
  return py::make_tuple(to_array(std::move(tree.component_counts)),
                        to_array(std::move(tree.hole_counts)), to_array(std::move(tree.parent)),
                        to_array(std::move(tree.depth)), to_array(std::move(tree.hole_parent)),
                        to_array(std::move(tree.hole_area)),
                        to_array(std::move(tree.hole_boxes), {holes, std::int64_t{4}}),
                        to_array(std::move(tree.hole_first_pixels), {holes, std::int64_t{2}}));
}

}  // namespace

ME_BIND(hole_tree) {
  module.def(
      "hole_tree",
      [](const py::array& source, bool valued, bool corners) {
        const MaskView view = mask_view(source);
        require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "source",
                "expected sides below 2^31");
        cpu::HoleTree tree;
        {
          const ReleaseLock release(0.2 * double(source.nbytes()));
          tree = cpu::hole_tree(view, valued, corners, current_exec());
        }
        return to_tuple(std::move(tree));
      },
      py::arg("source"), py::arg("valued"), py::arg("corners"));
  module.def(
      "hole_tree_masks",
      [](const Batch& masks, bool corners) {
        cpu::HoleTree tree;
        {
          const ReleaseLock release(15.0 * double(masks.view.n + masks.view.total_counts()));
          tree = cpu::hole_tree(masks.view, corners, current_exec());
        }
        return to_tuple(std::move(tree));
      },
      py::arg("masks"), py::arg("corners"));
}

}  // namespace me::bind::hole_tree_calls
