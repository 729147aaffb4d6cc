// COCO's dictionaries <-> a batch.
#include "bind/coco_dicts.h"
#include "bind/registry.h"

namespace me::bind::coco_calls {
namespace {

// A list of dictionaries, or one dictionary.
py::object masks_from_coco(const py::object& masks) {
  Runs out;
  if (PyList_Check(masks.ptr())) {
    append_coco_list(py::reinterpret_borrow<py::list>(masks), out, "masks", CocoNumbers::integers);
  } else {
    append_coco_dict(masks, out, 0, "masks", CocoNumbers::integers);
  }
  return masks_of(wrap(std::move(out)));
}

// As pycocotools reads them.
Batch from_coco(const py::list& masks, const char* parameter) {
  Runs out;
  append_coco_list(masks, out, parameter, CocoNumbers::whole);
  return wrap(std::move(out));
}

// form: 0 text as str, 1 text as bytes, 2 list of integers
py::list to_coco(const Batch& batch, int form) {
  return coco_dicts(batch.view, static_cast<CocoForm>(form));
}

py::list to_records(const Batch& batch, const py::tuple& keys, const py::tuple& columns) {
  return coco_records(batch.view, keys, columns);
}

}  // namespace

ME_BIND(coco) {
  module.def("from_coco", from_coco, py::arg("masks"), py::arg("parameter"));
  module.def("masks_from_coco", masks_from_coco, py::arg("masks"));
  module.def("to_coco", to_coco, py::arg("masks"), py::arg("form"));
  module.def("coco_records", to_records, py::arg("masks"), py::arg("keys"), py::arg("columns"));
}

}  // namespace me::bind::coco_calls
