#include "ops/argmax/argmax.h"

#include <string>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/registry.h"

namespace me::bind::argmax_calls {
namespace {

cpu::ScoreType score_type(const py::array& scores) {
  const auto bytes = scores.itemsize();
  if (scores.dtype().kind() == 'u' && bytes == 1) return cpu::ScoreType::u8;
  require(scores.dtype().kind() == 'f' && (bytes == 2 || bytes == 4 || bytes == 8), ErrorKind::type,
          "scores", "expected float16, float32, float64 or uint8");
  return bytes == 2 ? cpu::ScoreType::f16 : bytes == 4 ? cpu::ScoreType::f32 : cpu::ScoreType::f64;
}

}  // namespace

ME_BIND(argmax) {
  // scores (N, C, H, W); out (N, H, W) in one piece; unsure float32 of its shape, or None.
  module.def(
      "argmax",
      [](const py::array& scores, const py::array_t<std::uint32_t>& labels, bool logits, int ties,
         int unsure, float threshold, std::uint32_t none, py::array out,
         const py::object& measure) {
        require(scores.ndim() == 4 && scores.shape(1) >= 1, ErrorKind::shape_mismatch, "scores",
                "expected shape (N, C, H, W) with a class");
        const cpu::ScoreView view{static_cast<const char*>(scores.data()),
                                  score_type(scores),
                                  scores.shape(0),
                                  scores.shape(1),
                                  scores.shape(2),
                                  scores.shape(3),
                                  scores.strides(0),
                                  scores.strides(1),
                                  scores.strides(2),
                                  scores.strides(3)};
        const auto fits = [&view](const py::array& array) {
          return array.ndim() == 3 && array.shape(0) == view.n && array.shape(1) == view.height &&
                 array.shape(2) == view.width && (array.flags() & py::array::c_style) != 0;
        };
        require(fits(out) && out.dtype().kind() == 'u', ErrorKind::shape_mismatch, "out",
                "expected unsigned integers (N, H, W) in one piece");
        require(labels.ndim() == 1 && labels.shape(0) == view.classes, ErrorKind::shape_mismatch,
                "labels", "expected a label of each class");
        require(ties >= 0 && ties < 3 && unsure >= 0 && unsure < 3, ErrorKind::argument, "ties",
                "expected 0, 1 or 2");
        float* measured = nullptr;
        py::array_t<float> measures;
        if (!measure.is_none()) {
          require(py::isinstance<py::array_t<float>>(measure), ErrorKind::type, "unsure",
                  "expected float32");
          measures = py::reinterpret_borrow<py::array_t<float>>(measure);
          require(fits(measures), ErrorKind::shape_mismatch, "unsure",
                  "expected the shape of the labels");
          measured = measures.mutable_data();
        }
        const cpu::ArgmaxOptions options{logits,
                                         static_cast<cpu::Ties>(ties),
                                         static_cast<cpu::Unsure>(unsure),
                                         threshold,
                                         none,
                                         labels.data()};
        char* const to = static_cast<char*>(out.mutable_data());
        const Element element = element_of(out);
        const ReleaseLock release(0.2 * double(scores.size()));
        cpu::argmax(view, options, element, to, measured, current_exec());
      },
      py::arg("scores"), py::arg("labels"), py::arg("logits"), py::arg("ties"), py::arg("unsure"),
      py::arg("threshold"), py::arg("none"), py::arg("out"), py::arg("measure"));
}

}  // namespace me::bind::argmax_calls
