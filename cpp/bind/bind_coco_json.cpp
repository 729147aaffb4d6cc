// COCO annotation files <-> columns.
#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/json_outline.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/native_class.h"
#include "bind/registry.h"
#include "runs/category_ids.h"
#include "runs/coco_json.h"
#include "runs/image_sizes.h"

namespace me::bind::coco_json_calls {
namespace {

template <class T>
void check_rows(const Column<T>& column, std::int64_t n, const char* name) {
  require(column.size() == n, ErrorKind::shape_mismatch, name, "expected a value for each row");
}

py::list refused_list(const std::vector<RefusedAnnotation>& refused) {
  py::list out;
  for (const RefusedAnnotation& bad : refused) {
    const py::str reason = py::reinterpret_steal<py::str>(PyUnicode_DecodeUTF8(
        bad.reason.data(), static_cast<Py_ssize_t>(bad.reason.size()), "backslashreplace"));
    out.append(py::make_tuple(bad.begin, bad.end, bad.position,
                              bad.has_id ? py::object(py::int_(bad.id)) : py::none(), reason));
  }
  return out;
}

py::dict read(const py::buffer& text, std::int64_t rows, bool first, bool final, IdSet& seen) {
  const Bytes bytes(text);
  AnnotationColumns columns;
  {
    const ReleaseLock release(2.0 * double(bytes.size()));
    columns = read_annotations(bytes.data(), bytes.size(), {rows, first, final}, seen);
  }
  py::dict out;
  const std::int64_t n = columns.rows();
  out["next"] = columns.next;
  out["refused"] = refused_list(columns.refused);
  out["present"] = to_array(std::move(columns.present));
  out["id"] = to_array(std::move(columns.id));
  out["image_id"] = to_array(std::move(columns.image_id));
  out["category_id"] = to_array(std::move(columns.category_id));
  out["iscrowd"] = to_array(std::move(columns.iscrowd));
  out["style"] = to_array(std::move(columns.style));
  out["kind"] = to_array(std::move(columns.kind));
  out["score"] = to_array(std::move(columns.score));
  out["area"] = to_array(std::move(columns.area));
  out["bbox"] = to_array(std::move(columns.bbox), {n, std::int64_t{4}});
  const std::int64_t vertices = columns.coords.size() / 2;
  out["coords"] = to_array(std::move(columns.coords), {vertices, std::int64_t{2}});
  out["ring_offsets"] = to_array(std::move(columns.ring_offsets));
  out["item_offsets"] = to_array(std::move(columns.item_offsets));
  out["extra"] = to_array(std::move(columns.extra));
  out["extra_offsets"] = to_array(std::move(columns.extra_offsets));
  out["counts"] = to_array(std::move(columns.runs.counts));
  out["count_offsets"] = to_array(std::move(columns.runs.offsets));
  out["sizes"] = to_array(std::move(columns.runs.sizes), {n, std::int64_t{2}});
  return out;
}

std::pair<py::array_t<char>, py::array_t<std::int64_t>> write(
    const Column<std::uint16_t>& present, const Column<std::int64_t>& id,
    const Column<std::int64_t>& image_id, const Column<std::int64_t>& category_id,
    const Column<std::uint8_t>& iscrowd, const Column<std::uint8_t>& style,
    const Column<std::uint8_t>& kind, const Column<double>& score, const Column<double>& area,
    const Column<double>& bbox, const Column<double>& coords,
    const Column<std::int64_t>& coord_offsets, const Column<std::int32_t>& rings,
    const Column<std::int64_t>& ring_offsets, const py::buffer& extra,
    const Column<std::int64_t>& extra_offsets, const Column<std::uint32_t>& counts,
    const Column<std::int64_t>& count_offsets, const Column<std::int64_t>& sizes) {
  const std::int64_t n = present.size();
  const Bytes extras(extra);
  check_rows(id, n, "id");
  check_rows(image_id, n, "image_id");
  check_rows(category_id, n, "category_id");
  check_rows(iscrowd, n, "iscrowd");
  check_rows(style, n, "style");
  check_rows(kind, n, "kind");
  check_rows(score, n, "score");
  check_rows(area, n, "area");
  check_rows(bbox, 4 * n, "bbox");
  check_rows(sizes, 2 * n, "sizes");
  const AnnotationView rows{
      n,
      present.data(),
      id.data(),
      image_id.data(),
      category_id.data(),
      iscrowd.data(),
      style.data(),
      kind.data(),
      score.data(),
      area.data(),
      bbox.data(),
      coords.data(),
      check_offsets(coord_offsets, n, coords.size(), "coords"),
      rings.data(),
      check_offsets(ring_offsets, n, rings.size(), "rings"),
      extras.data(),
      check_offsets(extra_offsets, n, extras.size(), "extra"),
      {counts.data(), check_offsets(count_offsets, n, counts.size(), "counts"), sizes.data(), n}};
  Buffer<char> out;
  Buffer<std::int64_t> ends;
  {
    const ReleaseLock release(1e9);
    write_annotations(rows, out, ends);
  }
  return {to_array(std::move(out)), to_array(std::move(ends))};
}

// Throws unless the text is one JSON value; `name` says what it is.
void check_json(const py::buffer& text, const std::string& name) {
  const Bytes bytes(text);
  const char* begin = bytes.data();
  const char* end = begin + bytes.size();
  // To the cursor a number ends where something else begins: one that is all of the text needs
  // that.
  std::string number;
  const char first = JsonCursor(begin, end).peek();
  if (first == '-' || (first >= '0' && first <= '9')) {
    number.assign(begin, end).push_back(' ');
    begin = number.data();
    end = begin + number.size();
  }
  JsonCursor json(begin, end);
  try {
    json.value();
    json.space();
    if (json.at() != json.end()) json.fail("expected nothing after the value");
    if (!is_utf8({begin, end})) json.fail("not UTF-8");
  } catch (const JsonFault& fault) {
    throw Error(ErrorKind::bad_file, name,
                fault.text + " at byte " + std::to_string(fault.at - begin));
  }
}

// None for a table that is not as usual.
py::object ids_of_categories(const py::buffer& text) {
  const Bytes bytes(text);
  auto ids = category_ids({bytes.data(), bytes.data() + bytes.size()});
  return ids ? py::object(to_array(std::move(*ids))) : py::none();
}

// Ids and (N, 2) heights and widths; None for a table that is not as usual.
py::object sizes_of_images(const py::buffer& text) {
  const Bytes bytes(text);
  auto images = image_sizes({bytes.data(), bytes.data() + bytes.size()});
  if (!images) return py::none();
  const std::int64_t n = images->ids.size();
  return py::make_tuple(to_array(std::move(images->ids)),
                        to_array(std::move(images->sizes), {n, std::int64_t{2}}));
}

}  // namespace

ME_BIND(coco_json) {
  native_class<IdSet>(module, "IdSet").def_static("make", [] { return IdSet(); });
  native_class<JsonOutline>(module, "JsonOutline")
      .def_static(
          "make", [](std::int64_t stride) { return JsonOutline(stride); }, py::arg("stride") = 0)
      .def(
          "feed",
          [](JsonOutline& outline, const py::buffer& data) {
            const Bytes bytes(data);
            const ReleaseLock release(double(bytes.size()));
            outline.feed(bytes.data(), bytes.size());
          },
          py::arg("data"))
      .def("ahead", &JsonOutline::ahead, py::arg("position"))
      .def("join", &JsonOutline::join, py::arg("ahead"))
      .def("finish", &JsonOutline::finish)
      .def_property_readonly("is_array", &JsonOutline::is_array)
      .def_property_readonly("position", &JsonOutline::position)
      .def_property_readonly("cuts", [](const JsonOutline& outline) { return outline.cuts(); })
      .def_property_readonly("members", [](const JsonOutline& outline) {
        py::list out;
        for (const auto& member : outline.members()) {
          out.append(py::make_tuple(py::bytes(member.key), member.begin, member.end));
        }
        return out;
      });
  module.def("check_json", check_json, py::arg("text"), py::arg("name"));
  module.def("image_sizes", sizes_of_images, py::arg("text"));
  module.def("category_ids", ids_of_categories, py::arg("text"));
  module.def("read_annotations", read, py::arg("text"), py::arg("rows"), py::arg("first"),
             py::arg("final"), py::arg("seen"));
  module.def("write_annotations", write, py::arg("present"), py::arg("id"), py::arg("image_id"),
             py::arg("category_id"), py::arg("iscrowd"), py::arg("style"), py::arg("kind"),
             py::arg("score"), py::arg("area"), py::arg("bbox"), py::arg("coords"),
             py::arg("coord_offsets"), py::arg("rings"), py::arg("ring_offsets"), py::arg("extra"),
             py::arg("extra_offsets"), py::arg("counts"), py::arg("count_offsets"),
             py::arg("sizes"));
}

}  // namespace me::bind::coco_json_calls
