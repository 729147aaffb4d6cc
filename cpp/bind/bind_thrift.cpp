// Structures of Thrift's compact protocol from numbers, bytes and lists.
#include "base/error.h"
#include "base/thrift.h"
#include "bind/registry.h"

namespace me::bind::thrift_calls {
namespace {

// The protocol's numbers for kinds of values.
constexpr int i32 = 5, i64 = 6, binary = 8, list = 9, structure = 12;

[[noreturn]] void refuse() {
  throw Error(ErrorKind::type, "fields", "expected (number, kind, value) of a known kind");
}

std::int64_t integer(PyObject* value) {
  const long long n = PyLong_Check(value) ? PyLong_AsLongLong(value) : (refuse(), 0);
  if (n == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return n;
}

void append_bytes(PyObject* value, Buffer<char>& out) {
  out.append(PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value));
}

void append_value(int kind, PyObject* value, Buffer<char>& out) {
  if (kind == i32 || kind == i64) return append_zigzag(integer(value), out);
  if (!PyBytes_Check(value)) refuse();
  if (kind == binary) {
    append_varint(static_cast<std::uint64_t>(PyBytes_GET_SIZE(value)), out);
  } else if (kind != structure) {  // a structure is what thrift_struct gave
    refuse();
  }
  append_bytes(value, out);
}

void append_list(int kind, PyObject* values, Buffer<char>& out) {
  if (!PyList_Check(values)) refuse();
  const Py_ssize_t n = PyList_GET_SIZE(values);
  if (n < 15) {
    out.push_back(static_cast<char>(n << 4 | kind));
  } else {
    out.push_back(static_cast<char>(0xF0 | kind));
    append_varint(static_cast<std::uint64_t>(n), out);
  }
  for (Py_ssize_t i = 0; i < n; i++) append_value(kind, PyList_GET_ITEM(values, i), out);
}

// As many bytes as the value takes, or more.
std::int64_t room(PyObject* value) {
  if (PyBytes_Check(value)) return PyBytes_GET_SIZE(value) + 12;
  std::int64_t total = 12;
  if (PyList_Check(value)) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(value); i++) {
      total += room(PyList_GET_ITEM(value, i));
    }
  }
  return total;
}

// Fields are (number, kind, value) in the order of their numbers; those of None are left out. A
// list of some kind is of kind 16 * kind + 9.
py::bytes thrift_struct(const py::Args<py::tuple>& fields) {
  std::int64_t bytes = 1;
  for (const py::handle field : fields) {
    if (!PyTuple_Check(field.ptr()) || PyTuple_GET_SIZE(field.ptr()) != 3) refuse();
    bytes += room(PyTuple_GET_ITEM(field.ptr(), 2));
  }
  Buffer<char> out(bytes);
  out.clear();
  std::int64_t last = 0;
  for (const py::handle field : fields) {
    PyObject* const value = PyTuple_GET_ITEM(field.ptr(), 2);
    if (value == Py_None) continue;
    const std::int64_t number = integer(PyTuple_GET_ITEM(field.ptr(), 0));
    const auto kind = static_cast<int>(integer(PyTuple_GET_ITEM(field.ptr(), 1)));
    if (number <= last || number - last > 15) refuse();
    out.push_back(static_cast<char>((number - last) << 4 | (kind & 15)));
    last = number;
    if ((kind & 15) == list) {
      append_list(kind >> 4, value, out);
    } else {
      append_value(kind, value, out);
    }
  }
  out.push_back(0);
  return {out.data(), static_cast<std::size_t>(out.size())};
}

}  // namespace

ME_BIND(thrift) { module.def("thrift_struct", thrift_struct); }

}  // namespace me::bind::thrift_calls
