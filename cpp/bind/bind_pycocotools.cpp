// Dictionaries -> numbers and dictionaries in one call each, for maskengine.pycocotools: a batch as
// a Python object in between would cost more than a small mask.
#include <algorithm>

#include "bind/coco_dicts.h"
#include "bind/numpy_scalar.h"
#include "bind/registry.h"
#include "bind/small_stack.h"
#include "ops/area/area.h"
#include "ops/bbox/bbox.h"
#include "ops/combine/combine.h"
#include "ops/decode/decode.h"
#include "ops/encode/encode.h"

namespace me::bind::pycocotools_calls {
namespace {

Runs read(const py::list& masks, const char* parameter) {
  Runs runs;
  append_coco_list(masks, runs, parameter, CocoNumbers::whole);
  return runs;
}

// A list of dictionaries, or one dictionary.
Runs read_any(const py::object& masks) {
  if (PyList_CheckExact(masks.ptr())) {
    return read(py::reinterpret_borrow<py::list>(masks), "rleObjs");
  }
  Runs runs;
  append_coco_dict(masks, runs, 0, "rleObjs", CocoNumbers::whole);
  return runs;
}

// uint32 as long as every area fits, else uint64.
template <class T>
py::array areas_as(const Buffer<std::int64_t>& areas) {
  py::array_t<T> out(areas.size());
  std::transform(areas.begin(), areas.end(), out.mutable_data(),
                 [](std::int64_t area) { return static_cast<T>(area); });
  return std::move(out);
}

py::object area_of(const py::object& masks) {
  const Runs runs = read_any(masks);
  if (!PyList_CheckExact(masks.ptr())) {
    std::int64_t area = 0;
    cpu::area(runs.view(), &area, current_exec());
    return area <= UINT32_MAX ? numpy_scalar(static_cast<std::uint32_t>(area))
                              : numpy_scalar(static_cast<std::uint64_t>(area));
  }
  Buffer<std::int64_t> areas(runs.n());
  cpu::area(runs.view(), areas.data(), current_exec());
  const bool fits =
      std::all_of(areas.begin(), areas.end(), [](std::int64_t area) { return area <= UINT32_MAX; });
  return fits ? areas_as<std::uint32_t>(areas) : areas_as<std::uint64_t>(areas);
}

py::object bbox_of(const py::object& masks) {
  const Runs runs = read_any(masks);
  const std::int64_t n = runs.n();
  std::int64_t one[4];
  Buffer<std::int64_t> many(n == 1 ? 0 : 4 * n);
  std::int64_t* const boxes = n == 1 ? one : many.data();
  cpu::bbox(runs.view(), true, boxes, current_exec());
  const bool is_list = PyList_CheckExact(masks.ptr());
  py::array_t<double> out =
      is_list ? py::array_t<double>({n, std::int64_t{4}}) : py::array_t<double>(std::int64_t{4});
  std::copy(boxes, boxes + 4 * n, out.mutable_data());
  return std::move(out);
}

// The dictionary of a mask (H, W), the list of those of masks (H, W, N); None for other arrays.
py::object encode_array(const py::object& object) {
  if (!is_plain(object)) return py::none();
  const auto array = py::reinterpret_borrow<py::array>(object);
  const auto rank = array.ndim();
  if (rank != 2 && rank != 3) return py::none();
  const bool single = rank == 2;
  const MaskView view{static_cast<const char*>(array.data()),
                      element_of(array),
                      single ? 1 : array.shape(2),
                      array.shape(0),
                      array.shape(1),
                      single ? 0 : array.strides(2),
                      array.strides(0),
                      array.strides(1)};
  require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "bimask",
          "expected sides below 2^31");
  Runs runs;
  {
    const ReleaseLock release(0.08 * double(array.nbytes()));
    runs = cpu::encode(view, std::nullopt, current_exec());
  }
  if (!single) return coco_dicts(runs.view(), CocoForm::bytes);
  Buffer<char> scratch;
  return coco_dict(runs.view()[0], scratch, CocoForm::bytes);
}

// None of them gives the size [0, 0] without counts; one of them is given as it came.
py::dict merge_list(const py::list& masks, bool intersect) {
  Runs runs = read(masks, "rleObjs");
  Buffer<char> scratch;
  if (runs.n() == 0) return coco_dict({nullptr, 0, {0, 0}}, scratch, CocoForm::bytes);
  if (runs.n() > 1) {
    const auto op = intersect ? cpu::SetOp::intersect : cpu::SetOp::unite;
    const ReleaseLock release(2.0 * double(runs.counts.size()));
    runs = cpu::combine_groups(op, runs.view(), nullptr, 1, std::nullopt, current_exec());
  }
  return coco_dict(runs.view()[0], scratch, CocoForm::bytes);
}

// The masks (H, W, N) in Fortran order, or (H, W) of a single one; None where they are not small or
// not of one size.
py::object decode_list(const py::list& masks, bool single) {
  const Runs runs = read(masks, "rleObjs");
  const std::int64_t n = runs.n();
  if (n == 0) return py::none();
  const RunsView view = runs.view();
  const Size size = view.size(0);
  for (std::int64_t i = 1; i < n; i++) {
    if (view.size(i) != size) return py::none();
  }
  if (!is_small_stack(n, size)) return py::none();
  const auto dtype = py::dtype::of<std::uint8_t>();
  const std::int64_t item = size.area();
  py::array out =
      single ? cleared_array(dtype, {size.height, size.width}, {std::int64_t{1}, size.height}, item)
             : cleared_array(dtype, {size.height, size.width, n},
                             {std::int64_t{1}, size.height, item}, n * item);
  const MutableMaskView dense{static_cast<char*>(out.mutable_data()),
                              Element::u8,
                              n,
                              size.height,
                              size.width,
                              item,
                              1,
                              size.height};
  const ReleaseLock release(0.1 * double(n * item));
  cpu::decode(view, dense, 1, true, current_exec());
  return std::move(out);
}

}  // namespace

ME_BIND(pycocotools) {
  module.def("coco_encode", encode_array, py::arg("bimask"));
  module.def("coco_area", area_of, py::arg("masks"));
  module.def("coco_bbox", bbox_of, py::arg("masks"));
  module.def("coco_merge", merge_list, py::arg("masks"), py::arg("intersect"));
  module.def("coco_decode", decode_list, py::arg("masks"), py::arg("single"));
}

}  // namespace me::bind::pycocotools_calls
