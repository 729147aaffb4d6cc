#include "bind/errors.h"

#include <cstring>
#include <stdexcept>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/limits.h"

namespace me::bind {
namespace {

namespace py = pybind11;

const char* class_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::type:
      return "MaskTypeError";
    case ErrorKind::malformed_rle:
      return "MalformedRLE";
    case ErrorKind::shape_mismatch:
      return "ShapeMismatch";
    case ErrorKind::bad_polygon:
      return "BadPolygon";
    case ErrorKind::bad_file:
      return "BadFile";
    case ErrorKind::limit:
      return "LimitExceeded";
    case ErrorKind::argument:
      break;
  }
  return "MaskError";
}

// Python's table knows how a limit is raised, and has the words.
void raise_limit(const LimitError& error, const py::object& index) {
  const py::object value =
      py::module_::import("maskengine._limits")
          .attr("exceeded")(error.name, error.value, py::arg("parameter") = error.parameter,
                            py::arg("index") = index);
  PyErr_SetObject(py::type::of(value).ptr(), value.ptr());
}

void raise(const Error& error) {
  const py::object type = py::module_::import("maskengine.errors").attr(class_of(error.kind));
  const py::object index = error.index < 0 ? py::object(py::none()) : py::int_(error.index);
  if (const auto* limit = dynamic_cast<const LimitError*>(&error)) {
    raise_limit(*limit, index);
    return;
  }
  // replace: a reason may quote bytes of a malformed input
  const py::str text = py::reinterpret_steal<py::str>(PyUnicode_DecodeUTF8(
      error.what(), static_cast<Py_ssize_t>(std::strlen(error.what())), "backslashreplace"));
  const py::object value =
      type(text, py::arg("parameter") = error.parameter, py::arg("index") = index);
  PyErr_SetObject(type.ptr(), value.ptr());
}

}  // namespace

void register_errors(py::module_&) {
  py::register_local_exception_translator([](std::exception_ptr pending) {
    try {
      if (pending) std::rethrow_exception(pending);
    } catch (const Error& error) {
      try {
        raise(error);
      } catch (py::error_already_set& other) {  // of a signal's handler, or memory: pybind11 would
        other.restore();                        // forget it
      }
    } catch (const std::runtime_error& error) {  // what pybind11 has for a lack of memory
      constexpr const char* words = "Could not allocate ";
      if (std::strncmp(error.what(), words, std::strlen(words)) != 0) throw;
      PyErr_NoMemory();
    } catch (const Interrupted&) {  // by what a signal's handler raised, which stands already
      if (PyErr_Occurred() == nullptr) PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
  });
}

}  // namespace me::bind
