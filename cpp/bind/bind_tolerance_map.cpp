#include <pybind11/stl.h>

#include <array>
#include <string>

#include "bind/batch.h"
#include "bind/image_view.h"
#include "bind/registry.h"
#include "ops/tolerance_map/tolerance_map.h"

namespace me::bind::tolerance_map_calls {
namespace {

py::dtype dtype_of(Element element) {
  const std::string kind = element == Element::f64 ? "f" : "u";
  return py::dtype(kind + std::to_string(element_bytes(element)));
}

}  // namespace

ME_BIND(tolerance_map) {
  // The package has checked that the window lies in the image and the seed in the window.
  module.def(
      "tolerance_map",
      [](const py::array& image, std::int64_t x, std::int64_t y, std::array<std::int64_t, 4> window,
         bool floating, bool diagonal) -> py::array {
        cpu::ToleranceRequest request;
        request.image = image_view(image);
        request.seed_x = x;
        request.seed_y = y;
        request.window = {window[0], window[1], window[2], window[3]};
        request.floating = floating;
        request.diagonal = diagonal;
        const Size size = request.image.size;
        require(window[0] >= 0 && window[1] >= 0 && window[2] <= size.width &&
                    window[3] <= size.height && x >= window[0] && x < window[2] && y >= window[1] &&
                    y < window[3],
                ErrorKind::argument, "seed", "expected a pixel of the window, in the image");
        const std::int64_t height = window[3] - window[1];
        const std::int64_t width = window[2] - window[0];
        py::array out(dtype_of(cpu::tolerance_element(request.image.element)),
                      std::array<std::int64_t, 2>{height, width});
        void* const data = out.mutable_data();
        const ReleaseLock release(50.0 * double(height) * double(width));
        cpu::tolerance_map(request, data);
        return out;
      },
      py::arg("image"), py::arg("x"), py::arg("y"), py::arg("window"), py::arg("floating"),
      py::arg("diagonal"));
}

}  // namespace me::bind::tolerance_map_calls
