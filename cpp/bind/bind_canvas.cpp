#include <pybind11/stl.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bind/canvas_engine.h"
#include "bind/flood_request.h"
#include "bind/native_class.h"
#include "bind/registry.h"

namespace me::bind::canvas_calls {
namespace {

using Labels = std::vector<std::uint64_t>;

// Labels come as their low 64 bits; those of the dtype alone.
cpu::LabelSet label_set(const CanvasEngine& engine, const Labels& labels) {
  Buffer<std::uint64_t> bits;
  for (const std::uint64_t label : labels) bits.push_back(engine.bits(label));
  return {bits.data(), bits.size()};
}

cpu::Rules make_rules(const CanvasEngine& engine, const std::optional<Labels>& only,
                      const Labels& protect, std::array<std::int64_t, 4> box,
                      const py::object& region, std::int64_t max_area) {
  cpu::Rules rules;
  const Size size = engine.size();
  if (only) rules.only = label_set(engine, *only);
  if (!protect.empty()) rules.protected_ = label_set(engine, protect);
  rules.box = {std::max<std::int64_t>(box[0], 0), std::max<std::int64_t>(box[1], 0),
               std::min(box[2], size.width), std::min(box[3], size.height)};
  if (py::isinstance<DualBatch>(region)) {
    const RunsView& view = region.cast<const Batch&>().view;
    require(view.n == 1 && view.size(0) == size, ErrorKind::shape_mismatch, "region",
            "expected one mask of the size of the canvas");
    rules.region = std::make_shared<const MaskRows>(view[0]);
  } else if (!region.is_none()) {
    const auto array = region.cast<py::array>();
    const MaskView view = mask_view(array);
    require(view.n == 1 && Size{view.height, view.width} == size, ErrorKind::shape_mismatch,
            "region", "expected one mask of the size of the canvas");
    // the array lives as long as its rows are read
    struct Held {
      std::shared_ptr<const void> array;
      MaskRows rows;
    };
    auto held = std::make_shared<Held>(Held{keep_alive(array), MaskRows(view)});
    rules.region = std::shared_ptr<const MaskRows>(held, &held->rows);
  }
  rules.max_area = max_area;
  return rules;
}

cpu::Paint make_paint(const CanvasEngine& engine, std::uint64_t label,
                      const std::optional<std::uint64_t>& old) {
  cpu::Paint paint;
  paint.label = engine.bits(label);
  if (old) paint.old = engine.bits(*old);
  return paint;
}

// What a smart brush looks for: image, left, top, below, above, whether at the mean.
using Smart = std::tuple<py::array, std::int64_t, std::int64_t, py::tuple, py::tuple, bool>;

void begin(CanvasEngine& engine, std::uint64_t label, const std::optional<std::uint64_t>& old,
           const cpu::Rules& rules, int shape, std::array<double, 4> ellipse,
           const py::object& boxes, const std::optional<Smart>& smart) {
  auto brush = std::make_unique<HeldBrush>(shape, ellipse, boxes);
  std::optional<cpu::ColourRange> colours;
  if (smart) {
    const auto& [image, left, top, below, above, mean] = *smart;
    const ImageView view = image_view(image);
    colours = cpu::ColourRange{view, left, top, tolerance_of(view, below, above), mean};
    engine.image = image;
  }
  auto stroke = std::make_unique<cpu::OpenStroke>(engine.labels(), brush->brush,
                                                  make_paint(engine, label, old), rules, colours);
  engine.brush = std::move(brush);
  engine.stroke = std::move(stroke);
}

// Another window of the image, for the events to come.
void look_at(CanvasEngine& engine, const py::array& image, std::int64_t left, std::int64_t top) {
  engine.open_stroke().smart()->look_at(image_view(image), left, top);
  engine.image = image;
}

double cost_of(const BrushPoint* points, std::size_t n) {
  double cost = 0;
  for (std::size_t i = 0; i < n; i++) cost += double(points[i].radius >> grid_bits) * 100;
  return cost;
}

CanvasEdit extend(CanvasEngine& engine, const BrushPoint* points, std::size_t n) {
  const CanvasEngine::Turn turn(engine);
  cpu::OpenStroke& stroke = engine.open_stroke();
  engine.labels_to_write();
  const ReleaseLock release(cost_of(points, n), Ending::whole);
  auto changes = stroke.extend(points, static_cast<std::int64_t>(n));
  engine.count_write(changes && !changes->empty());
  return engine.edit_of_changes(std::move(changes));
}

// What the open stroke encloses, painted.
CanvasEdit fill_inside(CanvasEngine& engine) {
  const CanvasEngine::Turn turn(engine);
  cpu::OpenStroke& stroke = engine.open_stroke();
  engine.labels_to_write();
  const ReleaseLock release(1e6, Ending::whole);
  auto changes = stroke.fill_inside();
  engine.count_write(changes && !changes->empty());
  return engine.edit_of_changes(std::move(changes));
}

// The edit of the whole stroke, which is now closed and a step of the history.
CanvasEdit end(CanvasEngine& engine, bool complete) {
  const CanvasEngine::Turn turn(engine);
  cpu::OpenStroke& stroke = engine.open_stroke();
  CanvasEdit edit;
  {
    const ReleaseLock release(1e6, Ending::whole);
    auto changes = std::make_shared<const cpu::Changes>(stroke.changes());
    edit = compact_edit(engine.edit_of_changes(std::move(changes)));
    edit.complete = complete;
    engine.history.add(edit);
  }
  engine.close();
  return edit;
}

// Takes the open stroke back.
CanvasEdit cancel(CanvasEngine& engine) {
  const CanvasEngine::Turn turn(engine);
  const cpu::Changes changes = engine.open_stroke().changes();
  require_match(cpu::matches(engine.labels_to_write(), changes, true), "stroke");
  const cpu::Patch patch = cpu::make_patch(changes, engine.size(), engine.labels().element());
  CanvasEdit edit = edit_of(cpu::inverted(patch));
  engine.write(changes, true);
  engine.close();
  return edit;
}

// Pastes masks moved by (dx, dy), the first one on top.
CanvasEdit paste(CanvasEngine& engine, const Batch& masks, const std::vector<std::int64_t>& order,
                 const Labels& labels, std::int64_t dx, std::int64_t dy, const cpu::Rules& rules) {
  std::vector<cpu::Layer> layers;
  for (const std::int64_t i : order) {
    layers.push_back({masks.view[i], engine.bits(labels.at(static_cast<std::size_t>(i)))});
  }
  const CanvasEngine::Turn turn(engine);
  engine.labels_to_write();
  const ReleaseLock release(1e6);
  auto changes = std::make_shared<cpu::Changes>();
  cpu::find_layer_changes(engine.labels(), layers, dx, dy, rules, *changes);
  return engine.finish(changes, rules.max_area);
}

// Paints wherever the rules allow.
CanvasEdit paint_everywhere(CanvasEngine& engine, std::uint64_t label,
                            const std::optional<std::uint64_t>& old, const cpu::Rules& rules) {
  const CanvasEngine::Turn turn(engine);
  engine.labels_to_write();
  const ReleaseLock release(1e6);
  auto changes = std::make_shared<cpu::Changes>();
  cpu::find_changes_everywhere(engine.labels(), make_paint(engine, label, old), rules, *changes);
  return engine.finish(changes, rules.max_area);
}

// Floods an image, or a window of one that starts at (left, top), and paints where it went. With
// `inner`, None when the flood got to the edge of that box of the window.
py::object fill(CanvasEngine& engine, const py::array& image, std::int64_t left, std::int64_t top,
                const std::optional<std::array<std::int64_t, 4>>& inner, const py::object& seed,
                const py::tuple& below, const py::tuple& above, bool floating, bool diagonal,
                const py::object& barrier, const FloodRanges& values, std::uint64_t label,
                const cpu::Rules& rules) {
  HeldFlood held(image_view(image), seed);
  cpu::FloodRequest& request = held.request;
  request.tolerance = tolerance_of(request.image, below, above);
  request.mode = floating ? cpu::FloodMode::floating : cpu::FloodMode::fixed;
  request.limits.max_area = rules.max_area;
  request.limits.diagonal = diagonal;
  held.set_barrier(barrier, values);
  const CanvasEngine::Turn turn(engine);
  engine.labels_to_write();
  std::optional<CanvasEdit> edit;
  {
    const ReleaseLock release(1e6);
    Buffer<RowSpan> spans;
    bool complete = cpu::flood_spans(request, spans);
    bool at_edge = false;
    for (RowSpan& span : spans) {
      if (inner) {
        const auto& [l, t, r, b] = *inner;
        at_edge |= span.begin < l || span.end > r || span.y < t || span.y >= b;
      }
      span = {span.y + top, span.begin + left, span.end + left};
    }
    if (complete && !at_edge) {
      Buffer<RowSpan> inside;
      rules.cut(spans, inside);
      auto changes = std::make_shared<cpu::Changes>();
      cpu::find_changes(engine.labels(), inside, make_paint(engine, label, {}), rules, *changes);
      edit = engine.finish(changes, rules.max_area);
    } else if (!complete) {
      edit = engine.edit_of_changes(nullptr);
    }
  }
  if (!edit) return py::none();
  return py::cast(std::move(*edit));
}

// Labels -> pixels that an edit gave them, and took from them.
py::tuple counts(const CanvasEdit& edit) {
  std::map<std::uint64_t, std::int64_t> gained;
  std::map<std::uint64_t, std::int64_t> lost;
  const auto changes = edit.as_changes();
  std::int64_t* last_gained = nullptr;
  std::int64_t* last_lost = nullptr;
  const cpu::Change* last = nullptr;
  for (const cpu::Change& change : *changes) {
    if (last == nullptr || !last->same_labels(change)) {
      last_gained = &gained[change.after];
      last_lost = &lost[change.before];
    }
    *last_gained += change.area();
    *last_lost += change.area();
    last = &change;
  }
  const auto as_dict = [&](const std::map<std::uint64_t, std::int64_t>& pixels) {
    py::dict dict;
    for (const auto& [label, n] : pixels) dict[label_value(label, edit.element)] = n;
    return dict;
  };
  return py::make_tuple(as_dict(gained), as_dict(lost));
}

py::array_t<std::int64_t> spans(const CanvasEdit& edit) {
  const auto changes = edit.as_changes();
  Buffer<std::int64_t> rows;
  for (const cpu::Change& change : *changes) {
    const std::int64_t n = rows.size();
    if (n > 0 && rows[n - 3] == change.y && rows[n - 1] == change.begin) {
      rows[n - 1] = change.end;
    } else {
      const std::int64_t row[3] = {change.y, change.begin, change.end};
      rows.append(row, 3);
    }
  }
  const std::int64_t n = rows.size() / 3;
  return to_array(std::move(rows), {n, std::int64_t{3}});
}

py::bytes bytes_of(const cpu::Patch& patch) {
  Buffer<std::uint8_t> bytes;
  cpu::to_bytes(patch, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(bytes.size())};
}

py::tuple box_of(const cpu::Extent& extent) {
  const PixelBox& box = extent.box;
  return py::make_tuple(box.left, box.top, box.right, box.bottom);
}

void bind_values(py::module_& module) {
  native_class<cpu::Patch, std::shared_ptr<cpu::Patch>>(module, "CanvasPatch")
      .def_static(
          "from_bytes",
          [](const py::buffer& data) {
            const py::buffer_info info = data.request();
            require(info.ndim == 1 && info.itemsize == 1 && info.strides[0] == 1, ErrorKind::type,
                    "data", "expected bytes");
            return std::make_shared<cpu::Patch>(
                cpu::from_bytes(static_cast<const std::uint8_t*>(info.ptr), info.size));
          },
          py::arg("data"))
      .def("to_bytes", bytes_of)
      .def("inverted",
           [](const cpu::Patch& patch) {
             return std::make_shared<cpu::Patch>(cpu::inverted(patch));
           })
      .def("equals", cpu::same_patch, py::arg("other"))
      .def_property_readonly("nbytes", &cpu::Patch::bytes)
      .def_property_readonly("n", [](const cpu::Patch& patch) { return patch.n; })
      .def_property_readonly("area", [](const cpu::Patch& patch) { return patch.extent.area; })
      .def_property_readonly("box", [](const cpu::Patch& patch) { return box_of(patch.extent); })
      .def_property_readonly("size", [](const cpu::Patch& patch) {
        return py::make_tuple(patch.size.height, patch.size.width);
      });
  native_class<cpu::Rules>(module, "CanvasRules");
  native_class<CanvasEdit>(module, "CanvasEdit")
      .def_property_readonly("box", [](const CanvasEdit& edit) { return box_of(edit.extent); })
      .def_property_readonly("area", [](const CanvasEdit& edit) { return edit.extent.area; })
      .def_property_readonly("complete", [](const CanvasEdit& edit) { return edit.complete; })
      .def("counts", counts)
      .def("spans", spans)
      .def("patch", [](CanvasEdit& edit) { return std::make_shared<cpu::Patch>(edit.as_patch()); });
}

}  // namespace

ME_BIND_TYPES(canvas_values) { bind_values(module); }

ME_BIND(canvas) {
  module.attr("canvas_tile") = cpu::LabelMap::block;
  native_class<CanvasEngine>(module, "CanvasEngine")
      .def_static(
          "over",
          [](py::array labels, std::int64_t history_bytes) {
            return std::make_unique<CanvasEngine>(std::move(labels), history_bytes);
          },
          py::arg("labels"), py::arg("history_bytes"))
      .def_static(
          "fetching",
          [](std::int64_t height, std::int64_t width, const py::array& like, py::object fetch,
             py::object peek, std::int64_t history_bytes) {
            return std::make_unique<CanvasEngine>(Size{height, width}, like, std::move(fetch),
                                                  std::move(peek), history_bytes);
          },
          py::arg("height"), py::arg("width"), py::arg("like"), py::arg("fetch"), py::arg("peek"),
          py::arg("history_bytes"))
      .def("rules", make_rules, py::arg("only"), py::arg("protect"), py::arg("box"),
           py::arg("region"), py::arg("max_area"))
      .def("begin", begin, py::arg("label"), py::arg("old"), py::arg("rules"), py::arg("shape"),
           py::arg("ellipse"), py::arg("boxes"), py::arg("smart"))
      .def("look_at", look_at, py::arg("image"), py::arg("left"), py::arg("top"))
      .def(
          "extend_to",
          [](CanvasEngine& engine, double x, double y, double radius) {
            const BrushPoint point{on_grid(x, "points", 0), on_grid(y, "points", 0),
                                   radius_on_grid(radius, -1)};
            return extend(engine, &point, 1);
          },
          py::arg("x"), py::arg("y"), py::arg("radius"))
      .def(
          "extend",
          [](CanvasEngine& engine, const Doubles& points, const Doubles& radius) {
            const std::vector<BrushPoint> all = brush_points(points, radius);
            return extend(engine, all.data(), all.size());
          },
          py::arg("points"), py::arg("radius"))
      .def("fill_inside", fill_inside)
      .def(
          "set_ellipse",
          [](CanvasEngine& engine, std::array<double, 4> ellipse) {
            engine.open_stroke().set_ellipse(ellipse[0], ellipse[1], ellipse[2], ellipse[3]);
          },
          py::arg("ellipse"))
      .def("end", end, py::arg("complete"))
      .def("written_tiles", [](CanvasEngine& engine) { return engine.labels().written_tiles(); })
      .def("forget_tiles", [](CanvasEngine& engine) { engine.labels().forget_tiles(); })
      .def_property_readonly("has_stroke",
                             [](const CanvasEngine& engine) { return engine.stroke != nullptr; })
      .def("cancel", cancel)
      .def("paste", paste, py::arg("masks"), py::arg("order"), py::arg("labels"), py::arg("dx"),
           py::arg("dy"), py::arg("rules"))
      .def("paint_everywhere", paint_everywhere, py::arg("label"), py::arg("old"), py::arg("rules"))
      .def("fill", fill, py::arg("image"), py::arg("left"), py::arg("top"), py::arg("inner"),
           py::arg("seed"), py::arg("below"), py::arg("above"), py::arg("floating"),
           py::arg("diagonal"), py::arg("barrier"), py::arg("values"), py::arg("label"),
           py::arg("rules"));
}

}  // namespace me::bind::canvas_calls
