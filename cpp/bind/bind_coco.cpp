// COCO's dictionaries {"size": [h, w], "counts": text | list} <-> a batch.
#include <cstring>
#include <string>

#include "bind/batch.h"
#include "bind/registry.h"
#include "runs/coco_text.h"

namespace me::bind {
namespace {

[[noreturn]] void malformed(std::int64_t item, const std::string& text) {
  throw Error(ErrorKind::malformed_rle, "masks", text, item);
}

std::string type_name(py::handle object) { return Py_TYPE(object.ptr())->tp_name; }

// An exact integer in [0, limit]: bool, float and text are no counts.
std::int64_t exact_integer(py::handle object, std::int64_t limit, const char* what,
                           std::int64_t item) {
  if (PyBool_Check(object.ptr()) || !PyIndex_Check(object.ptr())) {
    malformed(item, std::string("expected an integer as ") + what + ", got " + type_name(object));
  }
  const py::object integer = py::reinterpret_steal<py::object>(PyNumber_Index(object.ptr()));
  if (!integer) throw py::error_already_set();
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(integer.ptr(), &overflow);
  if (overflow != 0 || value < 0 || value > limit) {
    malformed(item, std::string("expected ") + what + " in [0, " + std::to_string(limit) +
                        "], got " + std::string(py::str(integer)));
  }
  return value;
}

Size size_of(const py::dict& mask, std::int64_t item) {
  const py::object size =
      py::reinterpret_borrow<py::object>(PyDict_GetItemString(mask.ptr(), "size"));
  if (!size) malformed(item, "expected a key 'size'");
  const py::object fast =
      py::reinterpret_steal<py::object>(PySequence_Fast(size.ptr(), "not a sequence"));
  if (!fast) {
    PyErr_Clear();
    malformed(item, "expected 'size' as [height, width], got " + type_name(size));
  }
  if (PySequence_Fast_GET_SIZE(fast.ptr()) != 2 || py::isinstance<py::str>(size)) {
    malformed(item, "expected 'size' as [height, width], got another length");
  }
  return {exact_integer(PySequence_Fast_GET_ITEM(fast.ptr(), 0), max_side, "a height", item),
          exact_integer(PySequence_Fast_GET_ITEM(fast.ptr(), 1), max_side, "a width", item)};
}

void append_text(const char* text, Py_ssize_t length, Buffer<std::uint32_t>& counts,
                 std::int64_t item) {
  const std::string reason = parse_coco_text(text, length, counts);
  if (!reason.empty()) malformed(item, reason);
}

void append_list(py::handle list, Buffer<std::uint32_t>& counts, std::int64_t item) {
  const py::object fast =
      py::reinterpret_steal<py::object>(PySequence_Fast(list.ptr(), "not a sequence"));
  if (!fast) {
    PyErr_Clear();
    malformed(item,
              "expected 'counts' as str, bytes or a list of integers, got " + type_name(list));
  }
  // The length is read anew each time: the __index__ of an odd object could change the list.
  for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(fast.ptr()); k++) {
    const py::object value =
        py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(fast.ptr(), k));
    std::int64_t count = -1;
    if (PyLong_CheckExact(value.ptr())) {
      int overflow = 0;
      count = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
      if (overflow != 0) count = -1;
    }
    if (count < 0 || count > UINT32_MAX) {
      count = exact_integer(value, UINT32_MAX, "a count", item);
    }
    counts.push_back(static_cast<std::uint32_t>(count));
  }
}

void append_counts(py::handle object, Buffer<std::uint32_t>& counts, std::int64_t item) {
  if (PyUnicode_Check(object.ptr())) {
    Py_ssize_t length = 0;
    const char* text = PyUnicode_AsUTF8AndSize(object.ptr(), &length);
    if (text == nullptr) {
      PyErr_Clear();
      malformed(item, "expected ASCII text as 'counts'");
    }
    append_text(text, length, counts, item);
  } else if (PyBytes_Check(object.ptr())) {
    append_text(PyBytes_AS_STRING(object.ptr()), PyBytes_GET_SIZE(object.ptr()), counts, item);
  } else if (PyByteArray_Check(object.ptr())) {
    append_text(PyByteArray_AS_STRING(object.ptr()), PyByteArray_GET_SIZE(object.ptr()), counts,
                item);
  } else {
    append_list(object, counts, item);
  }
}

void append_mask(py::handle object, Runs& out, std::int64_t item) {
  if (!PyDict_Check(object.ptr())) {
    malformed(item, "expected a dict with 'size' and 'counts', got " + type_name(object));
  }
  const auto mask = py::reinterpret_borrow<py::dict>(object);
  const Size size = size_of(mask, item);
  const py::object counts =
      py::reinterpret_borrow<py::object>(PyDict_GetItemString(mask.ptr(), "counts"));
  if (!counts) malformed(item, "expected a key 'counts'");
  append_counts(counts, out.counts, item);
  out.end_item(size);
  const std::string reason = validate(out.view()[out.n() - 1]);
  if (!reason.empty()) malformed(item, reason);
}

Batch from_coco(const py::list& masks) {
  Runs out;
  for (std::size_t i = 0; i < masks.size(); i++) {
    const py::object mask = masks[i];
    append_mask(mask, out, static_cast<std::int64_t>(i));
  }
  return wrap(std::move(out));
}

py::object counts_object(const RunList& runs, Buffer<char>& scratch, int form) {
  if (form == 2) {
    py::list list(runs.n);
    for (std::int64_t k = 0; k < runs.n; k++) {
      PyList_SET_ITEM(list.ptr(), k, PyLong_FromUnsignedLong(runs.counts[k]));
    }
    return std::move(list);
  }
  scratch.clear();
  append_coco_text(runs, scratch);
  if (form == 1) return py::bytes(scratch.data(), static_cast<std::size_t>(scratch.size()));
  PyObject* text = PyUnicode_New(scratch.size(), 127);
  if (text == nullptr) throw py::error_already_set();
  if (!scratch.empty()) {
    std::memcpy(PyUnicode_1BYTE_DATA(text), scratch.data(),
                static_cast<std::size_t>(scratch.size()));
  }
  return py::reinterpret_steal<py::object>(text);
}

// form: 0 text as str, 1 text as bytes, 2 list of integers
py::list to_coco(const Batch& batch, int form) {
  Buffer<char> scratch;
  const py::str size_key("size");
  const py::str counts_key("counts");
  py::list out(batch.view.n);
  for (std::int64_t i = 0; i < batch.view.n; i++) {
    const RunList runs = batch.view[i];
    py::list size(2);
    PyList_SET_ITEM(size.ptr(), 0, PyLong_FromLongLong(runs.size.height));
    PyList_SET_ITEM(size.ptr(), 1, PyLong_FromLongLong(runs.size.width));
    const py::dict mask;
    PyDict_SetItem(mask.ptr(), size_key.ptr(), size.ptr());
    PyDict_SetItem(mask.ptr(), counts_key.ptr(), counts_object(runs, scratch, form).ptr());
    PyList_SET_ITEM(out.ptr(), i, mask.inc_ref().ptr());
  }
  return out;
}

}  // namespace

ME_BIND(coco) {
  module.def("from_coco", from_coco, py::arg("masks"));
  module.def("to_coco", to_coco, py::arg("masks"), py::arg("form"));
}

}  // namespace me::bind
