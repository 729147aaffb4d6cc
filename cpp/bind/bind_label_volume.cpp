// label of volumes; the package adds slabs and asks for them to be painted.
#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/native_class.h"
#include "bind/registry.h"
#include "ops/label/volume.h"

namespace me::bind::label_volume_calls {
namespace {

VoxelConnectivity connectivity_of(int number) {
  return number == 6    ? VoxelConnectivity::faces
         : number == 18 ? VoxelConnectivity::edges
                        : VoxelConnectivity::corners;
}

MaskView slab_of(const py::array& slab) {
  require(slab.ndim() == 3, ErrorKind::shape_mismatch, "source", "expected shape (D, H, W)");
  const MaskView view = mask_view(slab);
  require(view.n <= max_side && view.height <= max_side && view.width <= max_side, ErrorKind::limit,
          "source", "expected sides below 2^31");
  return view;
}

double cost_of(const py::array& slab) { return 0.1 * double(slab.nbytes()); }

// Writes the numbers of slab i to `out`; returns nothing.
void paint(cpu::VolumeLabelling& found, std::int64_t i, const py::array& slab, py::array out) {
  const MaskView view = slab_of(slab);
  const MutableMaskView to = mutable_mask_view(out);
  require(out.ndim() == 3 && to.n == view.n && to.height == view.height && to.width == view.width,
          ErrorKind::shape_mismatch, "out", "expected the shape of the source");
  const ReleaseLock release(cost_of(slab));
  found.paint(i, view, to, current_exec());
}

// (voxels, boxes, centroids, first voxels, values)
py::tuple stats(const cpu::VolumeLabelling& found) {
  cpu::VolumeStats stats;
  {
    const ReleaseLock release(60.0 * double(found.n()));
    stats = found.stats();
  }
  const std::int64_t n = stats.voxels.size();
  return py::make_tuple(to_array(std::move(stats.voxels)),
                        to_array(std::move(stats.boxes), {n, std::int64_t{6}}),
                        to_array(std::move(stats.centroids), {n, std::int64_t{3}}),
                        to_array(std::move(stats.first_voxels), {n, std::int64_t{3}}),
                        to_array(std::move(stats.values)));
}

}  // namespace

ME_BIND_TYPES(label_volume) {
  using cpu::VolumeLabelling;
  native_class<VolumeLabelling>(module, "VolumeLabelling")
      .def_static(
          "make",
          [](int connectivity, bool valued, bool measured, bool kept) {
            return VolumeLabelling({connectivity_of(connectivity), valued, measured, kept});
          },
          py::arg("connectivity"), py::arg("valued"), py::arg("measured"), py::arg("kept"))
      .def(
          "add",
          [](VolumeLabelling& found, const py::array& slab) {
            const MaskView view = slab_of(slab);
            require(found.planes() + view.n <= max_side, ErrorKind::limit, "source",
                    "expected sides below 2^31");
            const ReleaseLock release(cost_of(slab));
            found.add(view, current_exec());
          },
          py::arg("slab"))
      .def("finish",
           [](VolumeLabelling& found) {
             const ReleaseLock release(5.0 * double(found.labels()), Ending::whole);
             found.finish();
           })
      .def_property_readonly("n", &VolumeLabelling::n)
      .def("stats", stats)
      .def("paint", paint, py::arg("i"), py::arg("slab"), py::arg("out"));
}

}  // namespace me::bind::label_volume_calls
