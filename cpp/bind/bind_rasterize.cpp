#include <pybind11/native_enum.h>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/polygon_batch.h"
#include "bind/registry.h"
#include "ops/rasterize/coverage.h"
#include "ops/rasterize/dense.h"
#include "ops/rasterize/labels.h"
#include "ops/rasterize/rasterize.h"
#include "ops/rasterize/row_dense.h"

namespace me::bind::rasterize_calls {
namespace {

using Sizes = py::array_t<std::int64_t, py::array::c_style>;

Batch run(const PolygonBatch& polygons, const std::int64_t* sizes, bool one_size, int rule,
          int fill) {
  // 200 ns a vertex: ten columns crossed each, at some nanoseconds
  const ReleaseLock release(200.0 * double(polygons.view.total_vertices()));
  return wrap(cpu::rasterize(polygons.view, sizes, one_size, static_cast<PixelRule>(rule),
                             static_cast<FillRule>(fill), current_exec()));
}

// A label for each of n items, and the items in the order they are painted in.
void check_painting(const Sizes& order, const Sizes& labels, const MutableMaskView& out,
                    std::int64_t n) {
  require(out.n == 1, ErrorKind::shape_mismatch, "out", "expected shape (H, W)");
  require(order.size() == n && labels.size() == n, ErrorKind::shape_mismatch, "labels",
          "expected one label per item");
  for (std::int64_t i = 0; i < n; i++) {
    require(order.data()[i] >= 0 && order.data()[i] < n, ErrorKind::shape_mismatch, "order",
            "expected an item of the batch", i);
  }
}

void bind_labels(py::module_& module) {
  // The package has checked that labels fit the dtype and that `order` holds each item once.
  module.def(
      "paint_labels",
      [](const Batch& masks, const Sizes& order, const Sizes& labels, py::array out) {
        const MutableMaskView view = mutable_mask_view(out);
        check_painting(order, labels, view, masks.view.n);
        for (std::int64_t i = 0; i < masks.view.n; i++) {
          require(masks.view.size(i) == Size{view.height, view.width}, ErrorKind::shape_mismatch,
                  "out", "expected the size of the mask", i);
        }
        const ReleaseLock release(10.0 * double(masks.view.total_counts()));
        cpu::paint_labels(masks.view, order.data(), labels.data(), view, current_exec());
      },
      py::arg("masks"), py::arg("order").noconvert(), py::arg("labels").noconvert(),
      py::arg("out"));
  module.def(
      "paint_polygons",
      [](const PolygonBatch& polygons, int fill, const Sizes& order, const Sizes& labels,
         py::array out) {
        const MutableMaskView view = mutable_mask_view(out);
        check_painting(order, labels, view, polygons.view.n);
        const ReleaseLock release(200.0 * double(polygons.view.total_vertices()));
        cpu::check_exact(polygons.view);
        cpu::paint_polygons(polygons.view, static_cast<FillRule>(fill), order.data(), labels.data(),
                            view, current_exec());
      },
      py::arg("polygons"), py::arg("fill"), py::arg("order").noconvert(),
      py::arg("labels").noconvert(), py::arg("out"));
}

void bind_stacks(py::module_& module) {
  // By even-odd and any rule but coco; false, and nothing written, where it has to be done by runs.
  // The package hands in C order and the shape it has checked.
  module.def(
      "rasterize_dense",
      [](const PolygonBatch& polygons, std::int64_t height, std::int64_t width, int rule,
         py::array out, std::uint64_t value) {
        const MutableMaskView view = mutable_mask_view(out);
        require((out.flags() & py::array::c_style) != 0 && view.n == polygons.view.n &&
                    view.height == height && view.width == width,
                ErrorKind::shape_mismatch, "out", "expected shape (N, H, W) in C order");
        const auto pixel_rule = static_cast<PixelRule>(rule);
        const Size size{height, width};
        const std::int64_t bytes = element_bytes(view.element);
        const ReleaseLock release(double(out.size()));
        if (pixel_rule == PixelRule::coco) return false;
        if (pixel_rule == PixelRule::exact) {
          cpu::check_exact(polygons.view);
          cpu::fill_dense(polygons.view, size, bytes, value, view.data, current_exec());
          return true;
        }
        if (!cpu::rows_fit(polygons.view, size)) return false;
        cpu::fill_dense_rows(polygons.view, size, pixel_rule, bytes, value, view.data,
                             current_exec());
        return true;
      },
      py::arg("polygons"), py::arg("height"), py::arg("width"), py::arg("rule"), py::arg("out"),
      py::arg("value"));
  module.def(
      "rasterize_coverage",
      [](const PolygonBatch& polygons, std::int64_t height, std::int64_t width, int fill) {
        py::array_t<float> out({polygons.view.n, height, width});
        float* const data = out.mutable_data();
        {
          const ReleaseLock release(double(out.size()));
          cpu::coverage(polygons.view, {height, width}, static_cast<FillRule>(fill), data,
                        current_exec());
        }
        return out;
      },
      py::arg("polygons"), py::arg("height"), py::arg("width"), py::arg("fill"));
}

}  // namespace

ME_BIND(rasterize) {
  // Taken as integers: converting a Python enum costs more than filling a small polygon.
  py::native_enum<PixelRule>(module, "PixelRule", "enum.IntEnum")
      .value("exact", PixelRule::exact)
      .value("coco", PixelRule::coco)
      .value("opencv", PixelRule::opencv)
      .value("pillow", PixelRule::pillow)
      .value("skimage", PixelRule::skimage)
      .value("gdal", PixelRule::gdal)
      .value("all_touched", PixelRule::all_touched)
      .finalize();
  py::native_enum<FillRule>(module, "FillRule", "enum.IntEnum")
      .value("even_odd", FillRule::even_odd)
      .value("nonzero", FillRule::nonzero)
      .finalize();
  module.def(
      "rasterize",
      [](const PolygonBatch& polygons, std::int64_t height, std::int64_t width, int rule,
         int fill) {
        const std::int64_t size[2] = {height, width};
        return run(polygons, size, true, rule, fill);
      },
      py::arg("polygons"), py::arg("height"), py::arg("width"), py::arg("rule"), py::arg("fill"));
  module.def(
      "rasterize_sizes",
      [](const PolygonBatch& polygons, const Sizes& sizes, int rule, int fill) {
        require(sizes.size() == 2 * polygons.view.n, ErrorKind::shape_mismatch, "size",
                "expected one size per item");
        return run(polygons, sizes.data(), false, rule, fill);
      },
      py::arg("polygons"), py::arg("sizes").noconvert(), py::arg("rule"), py::arg("fill"));
  bind_labels(module);
  bind_stacks(module);
}

}  // namespace me::bind::rasterize_calls
