#include "bind/coco_dicts.h"

#include <pybind11/numpy.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/limits.h"
#include "bind/turns.h"
#include "runs/coco_text.h"

namespace me::bind {
namespace {

// Where a mask stands, for the messages, and what its numbers may be.
struct Place {
  const char* parameter;
  std::int64_t item;
  CocoNumbers numbers;
};

[[noreturn]] void malformed(const Place& place, const std::string& text) {
  throw Error(ErrorKind::malformed_rle, place.parameter, text, place.item);
}

// A key of the dictionaries, made once: making it takes as long as looking it up.
PyObject* key(const char* name) {
  PyObject* interned = PyUnicode_InternFromString(name);
  if (interned == nullptr) throw py::error_already_set();
  return interned;
}

PyObject* size_key() {
  static PyObject* const interned = key("size");
  return interned;
}

PyObject* counts_key() {
  static PyObject* const interned = key("counts");
  return interned;
}

py::object value_at(py::handle mask, PyObject* name) {
  PyObject* value = PyDict_GetItemWithError(mask.ptr(), name);
  if (value == nullptr && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return py::reinterpret_borrow<py::object>(value);
}

std::string type_name(py::handle object) { return Py_TYPE(object.ptr())->tp_name; }

// Python writes out no integer of more than 4300 digits.
std::string text_of(py::handle number) {
  const auto text = py::reinterpret_steal<py::object>(PyObject_Str(number.ptr()));
  if (text) return py::cast<std::string>(text);
  PyErr_Clear();
  return "one of thousands of digits";
}

// Whether it is a float of Python or NumPy, of whatever width.
bool is_float(py::handle object) {
  if (PyFloat_Check(object.ptr())) return true;
  static PyObject* const floating =
      py::object(py::module_::import("numpy").attr("floating")).release().ptr();
  const int found = PyObject_IsInstance(object.ptr(), floating);
  if (found < 0) throw py::error_already_set();
  return found == 1;
}

[[noreturn]] void out_of_range(const Place& place, const char* what, std::int64_t limit,
                               py::handle got) {
  malformed(place, std::string("expected ") + what + " in [0, " + std::to_string(limit) +
                       "], got " + text_of(got));
}

std::int64_t whole_float(py::handle object, std::int64_t limit, const char* what,
                         const Place& place) {
  const double value = PyFloat_AsDouble(object.ptr());
  if (value == -1.0 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  if (!std::isfinite(value) || value != std::floor(value)) {
    malformed(place,
              std::string("expected a whole number as ") + what + ", got " + text_of(object));
  }
  if (value < 0 || value > static_cast<double>(limit)) out_of_range(place, what, limit, object);
  return static_cast<std::int64_t>(value);
}

// An exact integer in [0, limit]: bool and text are no counts, and floats are only where they may.
std::int64_t exact_integer(py::handle object, std::int64_t limit, const char* what,
                           const Place& place) {
  if (PyLong_CheckExact(object.ptr())) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
    if (overflow == 0 && value >= 0 && value <= limit) return value;
  }
  if (place.numbers == CocoNumbers::whole && is_float(object)) {
    return whole_float(object, limit, what, place);
  }
  if (PyBool_Check(object.ptr()) || !PyIndex_Check(object.ptr())) {
    malformed(place, std::string("expected an integer as ") + what + ", got " + type_name(object));
  }
  const py::object integer = py::reinterpret_steal<py::object>(PyNumber_Index(object.ptr()));
  if (!integer) throw py::error_already_set();
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(integer.ptr(), &overflow);
  if (overflow != 0 || value < 0 || value > limit) out_of_range(place, what, limit, integer);
  return value;
}

Size size_of(py::handle mask, const Place& place) {
  const py::object size = value_at(mask, size_key());
  if (!size) malformed(place, "expected a key 'size'");
  py::object fast;
  if (PySequence_Check(size.ptr()) != 0) {
    fast = py::reinterpret_steal<py::object>(PySequence_Fast(size.ptr(), "not a sequence"));
  }
  if (!fast) {
    PyErr_Clear();
    malformed(place, "expected 'size' as [height, width], got " + type_name(size));
  }
  if (PySequence_Fast_GET_SIZE(fast.ptr()) != 2 || PyUnicode_Check(size.ptr())) {
    malformed(place, "expected 'size' as [height, width], got another length");
  }
  // Both are held before either is read: the __index__ of an odd object could change the list.
  const auto height = py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(fast.ptr(), 0));
  const auto width = py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(fast.ptr(), 1));
  return {exact_integer(height, max_side, "a height", place),
          exact_integer(width, max_side, "a width", place)};
}

// A text that may change meanwhile is read under the interpreter lock.
void append_text(const char* text, Py_ssize_t length, bool fixed, Buffer<std::uint32_t>& counts,
                 const Place& place) {
  check_limit(Limit::counts_bytes, length, place.parameter, place.item);
  const std::int64_t before = counts.size();
  std::string reason;
  {
    const ReleaseLock release(fixed ? 2.0 * double(length) : 0.0);
    reason = parse_coco_text(text, length, counts);
  }
  check_limit(Limit::mask_runs, counts.size() - before, place.parameter, place.item);
  if (!reason.empty()) malformed(place, reason);
}

void append_list(py::handle list, Buffer<std::uint32_t>& counts, const Place& place) {
  py::object fast;  // a set has no order, and an iterator may have no end
  if (PySequence_Check(list.ptr()) != 0) {
    fast = py::reinterpret_steal<py::object>(PySequence_Fast(list.ptr(), "not a sequence"));
  }
  if (!fast) {
    PyErr_Clear();
    malformed(place,
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
      count = exact_integer(value, UINT32_MAX, "a count", place);
    }
    if ((k & 0xFFFFF) == 0) {
      check_limit(Limit::mask_runs, k, place.parameter, place.item);
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    }
    counts.push_back(static_cast<std::uint32_t>(count));
  }
}

void append_counts(py::handle object, Buffer<std::uint32_t>& counts, const Place& place) {
  if (PyUnicode_Check(object.ptr())) {
    Py_ssize_t length = 0;
    const char* text = PyUnicode_AsUTF8AndSize(object.ptr(), &length);
    if (text == nullptr) {
      PyErr_Clear();
      malformed(place, "expected ASCII text as 'counts'");
    }
    append_text(text, length, true, counts, place);
  } else if (PyBytes_Check(object.ptr())) {
    append_text(PyBytes_AS_STRING(object.ptr()), PyBytes_GET_SIZE(object.ptr()), true, counts,
                place);
  } else if (PyByteArray_Check(object.ptr())) {
    append_text(PyByteArray_AS_STRING(object.ptr()), PyByteArray_GET_SIZE(object.ptr()), false,
                counts, place);
  } else {
    append_list(object, counts, place);
  }
}

// Fills an empty place of a new list.
void set_integer(const py::list& list, std::int64_t place, std::int64_t value) {
  PyObject* const integer = PyLong_FromLongLong(value);
  if (integer == nullptr) throw py::error_already_set();
  PyList_SET_ITEM(list.ptr(), place, integer);
}

py::object counts_object(const RunList& runs, Buffer<char>& scratch, CocoForm form) {
  if (form == CocoForm::list) {
    py::list list(runs.n);
    for (std::int64_t k = 0; k < runs.n; k++) {
      set_integer(list, k, runs.counts[k]);
    }
    return std::move(list);
  }
  scratch.clear();
  {
    const ReleaseLock release(2.0 * double(runs.n));
    append_coco_text(runs, scratch);
  }
  if (form == CocoForm::bytes)
    return py::bytes(scratch.data(), static_cast<std::size_t>(scratch.size()));
  PyObject* text = PyUnicode_New(scratch.size(), 127);
  if (text == nullptr) throw py::error_already_set();
  if (!scratch.empty()) {
    std::memcpy(PyUnicode_1BYTE_DATA(text), scratch.data(),
                static_cast<std::size_t>(scratch.size()));
  }
  return py::reinterpret_steal<py::object>(text);
}

py::dict new_dict(const RunList& runs, py::list size, Buffer<char>& scratch, CocoForm form) {
  set_integer(size, 0, runs.size.height);
  set_integer(size, 1, runs.size.width);
  py::dict mask;
  const py::object counts = counts_object(runs, scratch, form);
  if (PyDict_SetItem(mask.ptr(), size_key(), size.ptr()) != 0 ||
      PyDict_SetItem(mask.ptr(), counts_key(), counts.ptr()) != 0) {
    throw py::error_already_set();
  }
  return mask;
}

// Numbers beside masks: `width` for each, or one that stands alone where that is 0.
struct RecordColumn {
  PyObject* key = nullptr;
  const std::int64_t* integers = nullptr;
  const double* floats = nullptr;  // neither: the masks themselves
  std::int64_t width = 0;

  py::object number(std::int64_t place) const {
    PyObject* const made = integers != nullptr ? PyLong_FromLongLong(integers[place])
                                               : PyFloat_FromDouble(floats[place]);
    if (made == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(made);
  }

  py::object value(std::int64_t item, Untracked& made) const {
    if (width == 0) return number(item);
    py::list list(width);
    for (std::int64_t k = 0; k < width; k++) {
      PyList_SET_ITEM(list.ptr(), k, number(item * width + k).release().ptr());
    }
    made.add(list);
    return std::move(list);
  }
};

RecordColumn column_of(py::handle key, py::handle values, std::int64_t n) {
  RecordColumn column{key.ptr()};
  if (values.is_none()) return column;
  const auto array = py::cast<py::array>(values);
  if (py::isinstance<py::array_t<std::int64_t, py::array::c_style>>(array)) {
    column.integers = static_cast<const std::int64_t*>(array.data());
  } else if (py::isinstance<py::array_t<double, py::array::c_style>>(array)) {
    column.floats = static_cast<const double*>(array.data());
  } else {
    throw py::type_error("a column of another type");
  }
  if (array.ndim() < 1 || array.ndim() > 2 || array.shape(0) != n) {
    throw py::value_error("a column of another shape");
  }
  column.width = array.ndim() == 1 ? 0 : array.shape(1);
  return column;
}

}  // namespace

void append_coco_dict(py::handle object, Runs& out, std::int64_t item, const char* parameter,
                      CocoNumbers numbers) {
  const Place place{parameter, item, numbers};
  if (!PyDict_Check(object.ptr())) {
    malformed(place, "expected a dict with 'size' and 'counts', got " + type_name(object));
  }
  const Size size = size_of(object, place);
  const py::object counts = value_at(object, counts_key());
  if (!counts) malformed(place, "expected a key 'counts'");
  append_counts(counts, out.counts, place);
  out.end_item(size);
  const std::string reason = validate(out.view()[out.n() - 1]);
  if (!reason.empty()) malformed(place, reason);
}

void append_coco_list(const py::list& masks, Runs& out, const char* parameter,
                      CocoNumbers numbers) {
  Turns turns;
  for (std::size_t i = 0; i < masks.size(); i++) {
    turns.take();
    const py::object mask = masks[i];
    append_coco_dict(mask, out, static_cast<std::int64_t>(i), parameter, numbers);
  }
}

py::dict coco_dict(const RunList& runs, Buffer<char>& scratch, CocoForm form) {
  return new_dict(runs, py::list(2), scratch, form);
}

py::list coco_dicts(const RunsView& masks, CocoForm form) {
  Buffer<char> scratch;
  Untracked made;
  Turns turns;
  py::list out;  // without empty places, which other threads might come upon
  for (std::int64_t i = 0; i < masks.n; i++) {
    turns.take();
    py::list size(2);
    made.add(size);
    py::dict mask = new_dict(masks[i], std::move(size), scratch, form);
    made.add(mask);
    out.append(mask);
  }
  return out;
}

py::list coco_records(const RunsView& masks, const py::tuple& keys, const py::tuple& columns) {
  std::vector<RecordColumn> read;
  for (std::size_t k = 0; k < keys.size(); k++) {
    read.push_back(column_of(keys[k], py::object(columns[k]), masks.n));
  }
  Buffer<char> scratch;
  Untracked made;
  Turns turns;
  py::list out;
  for (std::int64_t i = 0; i < masks.n; i++) {
    turns.take();
    py::dict record;
    for (const RecordColumn& column : read) {
      py::object value;
      if (column.integers == nullptr && column.floats == nullptr) {
        py::list size(2);
        made.add(size);
        value = new_dict(masks[i], std::move(size), scratch, CocoForm::text);
        made.add(value);
      } else {
        value = column.value(i, made);
      }
      if (PyDict_SetItem(record.ptr(), column.key, value.ptr()) != 0) {
        throw py::error_already_set();
      }
    }
    made.add(record);
    out.append(record);
  }
  return out;
}

}  // namespace me::bind
