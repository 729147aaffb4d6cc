// What was done to a canvas: taken back, made again, joined; and patches of others.
#include <optional>
#include <utility>

#include <pybind11/stl.h>

#include "bind/canvas_engine.h"
#include "bind/registry.h"

namespace me::bind::canvas_steps_calls {
namespace {

// Makes the change of a patch. What is to be known of it is noted by `keep(write)`, which calls
// write() when nothing can fail any more.
template <class Keep>
CanvasEdit change(CanvasEngine& engine, const cpu::Patch& patch, Keep keep) {
  require(patch.size == engine.size() && patch.element == engine.labels().element(),
          ErrorKind::shape_mismatch, "patch", "expected a patch of a label map like this one");
  CanvasEdit edit = edit_of(patch);
  cpu::LabelMap& labels = engine.labels_to_write();
  const ReleaseLock release(50.0 * double(patch.n) + 0.1 * double(patch.extent.area),
                            Ending::whole);
  cpu::Changes changes;
  cpu::append_changes(patch, changes);
  require_match(cpu::matches(labels, changes, false), "patch");
  keep(edit, [&] { engine.write(changes, false); });
  return edit;
}

CanvasEdit apply(CanvasEngine& engine, const cpu::Patch& patch) {
  const CanvasEngine::Turn turn(engine);
  return change(engine, patch, [&](const CanvasEdit& edit, auto write) {
    engine.history.add(edit);
    write();
  });
}

// Takes the last step back, or makes the one again that was taken back last; None when there is
// none.
std::optional<CanvasEdit> step(CanvasEngine& engine, bool back) {
  const CanvasEngine::Turn turn(engine);
  const auto& steps = back ? engine.history.done() : engine.history.undone();
  if (steps.empty()) return {};
  const cpu::Patch patch = back ? cpu::inverted(*steps.back().patch) : *steps.back().patch;
  return change(engine, patch,
                [&](const CanvasEdit&, auto write) { engine.history.move_last(back, write); });
}

// Joins the last n steps, of as many at least, into one.
CanvasEdit coalesce(CanvasEngine& engine, std::int64_t n) {
  const CanvasEngine::Turn turn(engine);
  const auto& steps = engine.history.done();
  cpu::Changes all;
  for (auto one = steps.end() - n; one != steps.end(); ++one) {
    cpu::Changes next;
    cpu::Changes both;
    cpu::append_changes(*one->patch, next);
    cpu::compose_steps(all, next, both);
    all.swap(both);
  }
  CanvasEdit edit = edit_of(cpu::make_patch(all, engine.size(), engine.labels().element()));
  engine.history.replace_last(n, edit);
  return edit;
}

py::tuple history(const CanvasEngine& engine) {
  const auto& steps = engine.history.done();
  py::tuple all(steps.size());
  for (std::size_t i = 0; i < steps.size(); i++) all[i] = py::cast(steps[i]);
  return all;
}

}  // namespace

ME_BIND(canvas_steps) {
  module.def("canvas_apply", apply, py::arg("engine"), py::arg("patch"));
  module.def("canvas_step", step, py::arg("engine"), py::arg("back"));
  module.def("canvas_coalesce", coalesce, py::arg("engine"), py::arg("n"));
  module.def("canvas_history", history, py::arg("engine"));
  module.def(
      "canvas_steps", [](const CanvasEngine& engine) { return engine.history.steps(); },
      py::arg("engine"));
  module.def(
      "canvas_can_redo", [](const CanvasEngine& engine) { return engine.history.can_redo(); },
      py::arg("engine"));
  module.def(
      "canvas_writes", [](const CanvasEngine& engine) { return engine.writes(); },
      py::arg("engine"));
}

}  // namespace me::bind::canvas_steps_calls
