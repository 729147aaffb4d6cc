// COCO's dictionaries <-> a batch.
#include "bind/coco_dicts.h"
#include "bind/registry.h"

namespace me::bind::coco_calls {
namespace {

Batch from_coco(const py::list& masks, const char* parameter) {
  Runs out;
  append_coco_list(masks, out, parameter);
  return wrap(std::move(out));
}

// form: 0 text as str, 1 text as bytes, 2 list of integers
py::list to_coco(const Batch& batch, int form) {
  Buffer<char> scratch;
  py::list out(batch.view.n);
  for (std::int64_t i = 0; i < batch.view.n; i++) {
    py::dict mask = coco_dict(batch.view[i], scratch, static_cast<CocoForm>(form));
    PyList_SET_ITEM(out.ptr(), i, mask.release().ptr());
  }
  return out;
}

}  // namespace

ME_BIND(coco) {
  module.def("from_coco", from_coco, py::arg("masks"), py::arg("parameter") = "masks");
  module.def("to_coco", to_coco, py::arg("masks"), py::arg("form"));
}

}  // namespace me::bind::coco_calls
