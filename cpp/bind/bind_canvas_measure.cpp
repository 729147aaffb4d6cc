#include <vector>

#include "bind/canvas_engine.h"
#include "bind/native_class.h"
#include "bind/registry.h"
#include "bind/turns.h"

namespace me::bind::canvas_measure_calls {
namespace {

// Labels -> pixels.
py::dict census(CanvasEngine& engine) {
  std::vector<cpu::LabelCount> counts;
  {
    const std::optional<CanvasEngine::Turn> turn = engine.turn_with_tiles();
    const ReleaseLock release(double(engine.size().area()));
    counts = cpu::count_labels(engine.labels());
  }
  py::dict dict;
  Turns turns;
  for (const cpu::LabelCount& count : counts) {
    turns.take();
    dict[label_value(count.label, engine.labels().element())] = count.pixels;
  }
  return dict;
}

// The components of one label of a canvas.
class CanvasComponents {
 public:
  CanvasComponents(CanvasEngine& engine, std::uint64_t label, bool diagonal)
      : engine_(engine), tiles_(engine.bits(label), diagonal) {}

  void note(const CanvasEdit& edit) { tiles_.note(*edit.as_changes()); }

  py::tuple box() {
    PixelBox box;
    {
      const std::optional<CanvasEngine::Turn> turn = engine_.turn_with_tiles();
      const ReleaseLock release(1e6, Ending::whole);
      box = tiles_.box(engine_.labels());
    }
    return py::make_tuple(box.left, box.top, box.right, box.bottom);
  }

  // area (K,), box (K, 4), sums of x and y (K, 2), first pixel (K, 2)
  py::tuple columns() {
    Buffer<std::int64_t> area;
    Buffer<std::int64_t> box;
    Buffer<double> sums;
    Buffer<std::int64_t> first;
    {
      const std::optional<CanvasEngine::Turn> turn = engine_.turn_with_tiles();
      const ReleaseLock release(1e6, Ending::whole);
      for (const cpu::ComponentSums& one : tiles_.components(engine_.labels())) {
        area.push_back(one.area);
        const std::int64_t sides[4] = {one.box.left, one.box.top, one.box.right, one.box.bottom};
        box.append(sides, 4);
        const double means[2] = {one.x, one.y};
        sums.append(means, 2);
        const std::int64_t pixel[2] = {one.first_x, one.first_y};
        first.append(pixel, 2);
      }
    }
    const std::int64_t n = area.size();
    return py::make_tuple(to_array(std::move(area)), to_array(std::move(box), {n, std::int64_t{4}}),
                          to_array(std::move(sums), {n, std::int64_t{2}}),
                          to_array(std::move(first), {n, std::int64_t{2}}));
  }

  std::int64_t tiles_read() const { return tiles_.tiles_read(); }

 private:
  CanvasEngine& engine_;
  cpu::ComponentTiles tiles_;
};

}  // namespace

ME_BIND(canvas_measure) {
  module.def("canvas_areas", census, py::arg("engine"));
  native_class<CanvasComponents>(module, "CanvasComponents")
      .def_static(
          "make",
          [](CanvasEngine& engine, std::uint64_t label, bool diagonal) {
            return std::make_unique<CanvasComponents>(engine, label, diagonal);
          },
          py::keep_alive<0, 1>(), py::arg("engine"), py::arg("label"), py::arg("diagonal"))
      .def("note", &CanvasComponents::note, py::arg("edit"))
      .def("box", &CanvasComponents::box)
      .def("columns", &CanvasComponents::columns)
      .def_property_readonly("tiles_read", &CanvasComponents::tiles_read);
}

}  // namespace me::bind::canvas_measure_calls
