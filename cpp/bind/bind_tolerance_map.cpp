#include <pybind11/stl.h>

#include <array>

#include "bind/batch.h"
#include "bind/image_view.h"
#include "bind/registry.h"
#include "ops/tolerance_map/tolerance_map.h"

namespace me::bind::tolerance_map_calls {
namespace {

template <class T>
py::array run(const cpu::ToleranceRequest& request) {
  const std::int64_t height = request.window.bottom - request.window.top;
  const std::int64_t width = request.window.right - request.window.left;
  py::array_t<T> out({height, width});
  T* const data = out.mutable_data();
  const ReleaseLock release(50.0 * double(height) * double(width));
  cpu::tolerance_map(request, data);
  return std::move(out);
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
        const Element element = request.image.element;
        const bool real = element == Element::f32 || element == Element::f64;
        return real ? run<double>(request) : run<std::uint64_t>(request);
      },
      py::arg("image"), py::arg("x"), py::arg("y"), py::arg("window"), py::arg("floating"),
      py::arg("diagonal"));
}

}  // namespace me::bind::tolerance_map_calls
