// Dictionaries -> numbers and dictionaries in one call each, for maskengine.pycocotools: a batch as
// a Python object in between would cost more than a small mask.
#include <algorithm>

#include "bind/coco_dicts.h"
#include "bind/registry.h"
#include "bind/small_stack.h"
#include "ops/area/area.h"
#include "ops/bbox/bbox.h"
#include "ops/combine/combine.h"
#include "ops/decode/decode.h"
#include "ops/iou/iou.h"

namespace me::bind::pycocotools_calls {
namespace {

using Flags = py::array_t<std::uint8_t, py::array::c_style>;

Runs read(const py::list& masks, const char* parameter) {
  Runs runs;
  append_coco_list(masks, runs, parameter);
  return runs;
}

// uint32 as long as every area fits, else uint64.
py::array area_of_list(const py::list& masks) {
  const Runs runs = read(masks, "rleObjs");
  Buffer<std::int64_t> areas(runs.n());
  cpu::area(runs.view(), areas.data(), current_exec());
  bool fits = true;
  for (const std::int64_t area : areas) fits &= area <= UINT32_MAX;
  if (!fits) {
    py::array_t<std::uint64_t> wide(runs.n());
    std::copy(areas.begin(), areas.end(), wide.mutable_data());
    return std::move(wide);
  }
  py::array_t<std::uint32_t> narrow(runs.n());
  std::uint32_t* out = narrow.mutable_data();
  for (const std::int64_t area : areas) *out++ = static_cast<std::uint32_t>(area);
  return std::move(narrow);
}

py::array_t<double> bbox_of_list(const py::list& masks) {
  const Runs runs = read(masks, "rleObjs");
  Buffer<std::int64_t> boxes(4 * runs.n());
  cpu::bbox(runs.view(), true, boxes.data(), current_exec());
  py::array_t<double> out({runs.n(), std::int64_t{4}});
  std::copy(boxes.begin(), boxes.end(), out.mutable_data());
  return out;
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

bool one_size(const RunsView& a, const RunsView& b) {
  bool same = true;
  for (std::int64_t i = 0; i < a.n; i++) same &= a.size(i) == a.size(0);
  for (std::int64_t j = 0; j < b.n; j++) same &= b.size(j) == a.size(0);
  return same;
}

// The matrix in Fortran order; None when the masks are not all of one size. No side is empty.
py::object iou_of_lists(const py::list& dt, const py::list& gt, const Flags& crowd) {
  const Runs a = read(dt, "dt");
  const Runs b = read(gt, "gt");
  require(a.n() > 0 && b.n() > 0 && crowd.size() == b.n(), ErrorKind::shape_mismatch, "pyiscrowd",
          "expected one flag per mask of gt, and masks on both sides");
  if (!one_size(a.view(), b.view())) return py::none();
  py::array_t<double, py::array::f_style> out({a.n(), b.n()});
  double* columns = out.mutable_data();
  const std::uint8_t* flags = crowd.data();
  const ReleaseLock release(50.0 * double(a.n()) * double(b.n()));
  Buffer<double> rows(a.n() * b.n());
  cpu::iou_matrix(a.view(), b.view(), flags, rows.data(), current_exec());
  for (std::int64_t j = 0; j < b.n(); j++) {
    for (std::int64_t i = 0; i < a.n(); i++) *columns++ = rows[i * b.n() + j];
  }
  return std::move(out);
}

}  // namespace

ME_BIND(pycocotools) {
  module.def("coco_area", area_of_list, py::arg("masks"));
  module.def("coco_bbox", bbox_of_list, py::arg("masks"));
  module.def("coco_merge", merge_list, py::arg("masks"), py::arg("intersect"));
  module.def("coco_decode", decode_list, py::arg("masks"), py::arg("single"));
  module.def("coco_iou", iou_of_lists, py::arg("dt"), py::arg("gt"), py::arg("crowd"));
}

}  // namespace me::bind::pycocotools_calls
