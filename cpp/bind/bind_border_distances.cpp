#include <algorithm>
#include <utility>

#include "bind/mask_pairs.h"
#include "bind/registry.h"
#include "ops/border_distances/border_distances.h"

namespace me::bind::border_distances_calls {
namespace {

py::tuple columns(cpu::BorderDistances&& found) {
  return py::make_tuple(to_array(std::move(found.item)), to_array(std::move(found.side)),
                        to_array(std::move(found.kind)), to_array(std::move(found.squared)),
                        to_array(std::move(found.count)));
}

// The package has checked `elements` (the index of BorderElements) and the spacing.
template <class Input>
py::tuple of_masks(const Input& a, const Input& b, const py::object& none, int elements, double y,
                   double x) {
  const MaskPairs pairs = mask_pairs(a, b, none);
  double pixels = 0;
  for (std::int64_t i = 0; i < pairs.n; i++) pixels += pair_pixels(pairs, i);
  cpu::BorderDistances found;
  {
    const ReleaseLock release(pixels / 2);
    found = cpu::border_distances(pairs, static_cast<cpu::BorderElements>(elements), {y, x},
                                  current_exec());
  }
  return columns(std::move(found));
}

template <class T>
using Column = py::array_t<T, py::array::c_style>;

// The columns of the points of one side, which must be in order.
struct Points {
  Column<std::int64_t> starts, lines;
  Column<std::int32_t> at;
  Column<std::uint8_t> kinds;

  Points(const py::tuple& from, const char* name)
      : starts(from[0].cast<Column<std::int64_t>>()),
        lines(from[1].cast<Column<std::int64_t>>()),
        at(from[2].cast<Column<std::int32_t>>()),
        kinds(from[3].cast<Column<std::uint8_t>>()) {
    const std::int64_t n = starts.size() - 1;
    const std::int64_t size = lines.size();
    const std::int64_t* s = starts.data();
    bool good = n >= 0 && at.size() == size && kinds.size() == size && s[0] == 0 && s[n] == size &&
                std::is_sorted(s, s + n + 1);
    for (std::int64_t i = 0; good && i < n; i++) {
      for (std::int64_t k = s[i]; k < s[i + 1]; k++) {
        good = good && kinds.data()[k] < cpu::corner_kinds && at.data()[k] >= 0 &&
               lines.data()[k] >= 0 && lines.data()[k] < std::int64_t{1} << 33;
        if (k > s[i] && !before(k - 1, k)) good = false;
      }
    }
    require(good, ErrorKind::argument, name, "expected sorted points");
  }

  cpu::PointSets view() const { return {starts.data(), lines.data(), at.data(), kinds.data()}; }

 private:
  bool before(std::int64_t i, std::int64_t k) const {
    const std::int64_t a = lines.data()[i];
    const std::int64_t b = lines.data()[k];
    return a < b || (a == b && at.data()[i] <= at.data()[k]);
  }
};

py::tuple of_points(const py::tuple& a, const py::tuple& b, double y, double x) {
  const Points first(a, "reference");
  const Points second(b, "prediction");
  require(first.starts.size() == second.starts.size(), ErrorKind::shape_mismatch, "prediction",
          "expected as many sets of points");
  cpu::BorderDistances found;
  {
    const ReleaseLock release(60 * double(first.at.size() + second.at.size()));
    found = cpu::point_distances(first.view(), second.view(), first.starts.size() - 1, {y, x},
                                 current_exec());
  }
  return columns(std::move(found));
}

}  // namespace

ME_BIND(border_distances) {
  module.def("border_distances", of_masks<Batch>, py::arg("a"), py::arg("b"), py::arg("none"),
             py::arg("elements"), py::arg("y"), py::arg("x"));
  module.def("border_distances_array", of_masks<py::array>, py::arg("a"), py::arg("b"),
             py::arg("none"), py::arg("elements"), py::arg("y"), py::arg("x"));
  module.def("border_distances_points", of_points, py::arg("a"), py::arg("b"), py::arg("y"),
             py::arg("x"));
}

}  // namespace me::bind::border_distances_calls
