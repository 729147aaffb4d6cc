#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/nms/nms.h"

namespace me::bind::nms_calls {
namespace {

using Longs = py::array_t<std::int64_t, py::array::c_style>;
using Doubles = py::array_t<double, py::array::c_style>;

// The package has checked that `order` lists each of n items once, and the categories.
cpu::Contest contest_of(std::int64_t n, const Longs& order, const Longs& categories,
                        std::int64_t category_count, double threshold, bool ios) {
  require(order.size() == n && categories.size() == n, ErrorKind::shape_mismatch, "scores",
          "expected one score and one category per item");
  return {order.data(), categories.data(), category_count, threshold,
          ios ? cpu::Overlap::ios : cpu::Overlap::iou};
}

py::array_t<std::int64_t> nms_masks(const Batch& masks, const Longs& order, const Longs& categories,
                                    std::int64_t category_count, double threshold, bool ios) {
  const cpu::Contest contest =
      contest_of(masks.view.n, order, categories, category_count, threshold, ios);
  Buffer<std::int64_t> kept;
  {
    const ReleaseLock release(2.0 * double(masks.view.total_counts()) +
                              20.0 * double(masks.view.n) * double(masks.view.n));
    kept = cpu::nms_masks(masks.view, contest, current_exec());
  }
  return to_array(std::move(kept));
}

py::array_t<std::int64_t> nms_boxes(const Doubles& boxes, bool xyxy, const Longs& order,
                                    const Longs& categories, std::int64_t category_count,
                                    double threshold, bool ios) {
  const std::int64_t n = boxes.size() / 4;
  const cpu::Contest contest = contest_of(n, order, categories, category_count, threshold, ios);
  Buffer<std::int64_t> kept;
  {
    const ReleaseLock release(3.0 * double(n) * double(n));
    kept = cpu::nms_boxes(boxes.data(), n, xyxy ? BoxFormat::xyxy : BoxFormat::xywh, contest,
                          current_exec());
  }
  return to_array(std::move(kept));
}

}  // namespace

ME_BIND(nms) {
  module.def("nms_masks", nms_masks, py::arg("masks"), py::arg("order"), py::arg("categories"),
             py::arg("category_count"), py::arg("threshold"), py::arg("ios"));
  module.def("nms_boxes", nms_boxes, py::arg("boxes"), py::arg("xyxy"), py::arg("order"),
             py::arg("categories"), py::arg("category_count"), py::arg("threshold"),
             py::arg("ios"));
}

}  // namespace me::bind::nms_calls
