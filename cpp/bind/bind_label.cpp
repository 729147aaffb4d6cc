#include <memory>
#include <string>
#include <utility>

#include "base/values.h"
#include "bind/arrays.h"
#include "bind/component_stats.h"
#include "bind/registry.h"
#include "ops/label/label.h"

namespace me::bind::label_calls {
namespace {

// Bytes of the narrowest unsigned type that holds `n`.
std::int64_t bytes_for(std::int64_t n) { return n <= 0xFF ? 1 : n <= 0xFFFF ? 2 : 4; }

py::array new_image(std::int64_t bytes, const MaskView& like, bool stack) {
  py::array image;
  with_unsigned(bytes, [&](auto zero) {
    Buffer<decltype(zero)> values(like.n * like.height * like.width);
    image = stack ? py::array(to_array(std::move(values), {like.n, like.height, like.width}))
                  : py::array(to_array(std::move(values), {like.height, like.width}));
  });
  return image;
}

// Does the value fit the integers of this type?
bool holds(Element element, std::int64_t value) {
  switch (element) {
    case Element::u8:
      return value <= UINT8_MAX;
    case Element::i8:
      return value <= INT8_MAX;
    case Element::u16:
      return value <= UINT16_MAX;
    case Element::i16:
      return value <= INT16_MAX;
    case Element::i32:
      return value <= INT32_MAX;
    default:
      return true;
  }
}

// `image` is an array to write to, True for a new one, or None. A new one is of the narrowest type.
// (image or None, counts, stats or None, whether components touch the border or None)
py::tuple label(const py::array& source, bool valued, bool corners, bool measured,
                const py::object& image) {
  const MaskView view = mask_view(source);
  require(view.height <= max_side && view.width <= max_side, ErrorKind::limit, "source",
          "expected sides below 2^31");
  const Exec exec = current_exec();
  const double cost = 0.1 * double(source.nbytes());
  std::unique_ptr<cpu::Labelling> found;
  {
    const ReleaseLock release(cost);
    found = std::make_unique<cpu::Labelling>(
        view, ComponentOptions{{corners, measured}, valued, !image.is_none()}, exec);
  }
  py::object out = py::none();
  if (!image.is_none()) {
    const std::int64_t most = found->most();
    py::array pixels = py::isinstance<py::array>(image)
                           ? image.cast<py::array>()
                           : new_image(bytes_for(most), view, source.ndim() == 3);
    const MutableMaskView to = mutable_mask_view(pixels);
    require(to.n == view.n && to.height == view.height && to.width == view.width,
            ErrorKind::shape_mismatch, "out", "expected the shape of the source");
    if (!holds(to.element, most) || pixels.dtype().kind() == 'b') {
      throw Error(ErrorKind::argument, "out",
                  "expected a dtype that holds " + std::to_string(most) + " components");
    }
    {
      const ReleaseLock release(cost);
      found->paint(to, exec);
    }
    out = pixels;
  }
  Buffer<std::int64_t> counts(view.n);
  for (std::int64_t i = 0; i < view.n; i++) counts[i] = found->n(i);
  py::object stats = py::none();
  py::object touches = py::none();
  if (measured) {
    ComponentStats columns;
    Buffer<bool> at_border;
    {
      const ReleaseLock release(cost);
      columns = found->stats(exec);
      const Size size{view.height, view.width};
      at_border = touches_border(columns, counts, [size](std::int64_t) { return size; });
      found.reset();  // it may be gigabytes, which take their time as well
    }
    touches = to_array(std::move(at_border));
    stats = to_tuple(std::move(columns));
  }
  return py::make_tuple(out, to_array(std::move(counts)), stats, touches);
}

// (masks or None, counts, stats or None, whether components touch the border or None)
py::tuple label_masks(const Batch& masks, bool corners, bool measured, bool as_masks) {
  cpu::MaskComponents found;
  Buffer<bool> at_border;
  {
    const ReleaseLock release(15.0 * double(masks.view.n + masks.view.total_counts()));
    found = cpu::label_masks(masks.view, corners, measured, as_masks, current_exec());
    if (measured) {
      at_border = touches_border(found.stats, found.counts,
                                 [&masks](std::int64_t i) { return masks.view.size(i); });
    }
  }
  py::object stats = py::none();
  py::object touches = py::none();
  if (measured) {
    touches = to_array(std::move(at_border));
    stats = to_tuple(std::move(found.stats));
  }
  py::object parts = py::none();
  if (as_masks) parts = py::cast(wrap(std::move(found.masks)));
  return py::make_tuple(parts, to_array(std::move(found.counts)), stats, touches);
}

}  // namespace

ME_BIND(label) {
  module.def("label_masks", label_masks, py::arg("masks"), py::arg("corners"), py::arg("measured"),
             py::arg("as_masks"));
  module.def("label", label, py::arg("source"), py::arg("valued"), py::arg("corners"),
             py::arg("measured"), py::arg("image"));
}

}  // namespace me::bind::label_calls
