// Columns of bytes that Python owns, and checks on the offsets into them.
#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstdint>

#include "base/error.h"

namespace me::bind {

namespace py = pybind11;

template <class T>
using Column = py::array_t<T, py::array::c_style>;

// Contiguous bytes that someone else owns.
class Bytes {
 public:
  explicit Bytes(const py::buffer& buffer) {
    if (PyObject_GetBuffer(buffer.ptr(), &view_, PyBUF_SIMPLE) != 0) throw py::error_already_set();
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { PyBuffer_Release(&view_); }
  const char* data() const { return static_cast<const char*>(view_.buf); }
  std::int64_t size() const { return view_.len; }

 private:
  Py_buffer view_;
};

// Offsets of `n` stretches inside [0, limit].
inline const std::int64_t* check_offsets(const Column<std::int64_t>& offsets, std::int64_t n,
                                         std::int64_t limit, const char* name) {
  const std::int64_t* p = offsets.data();
  bool right = offsets.size() == n + 1 && p[0] >= 0 && p[n] <= limit;
  for (std::int64_t i = 0; right && i < n; i++) right = p[i] <= p[i + 1];
  require(right, ErrorKind::argument, name, "expected offsets that grow inside their column");
  return p;
}

}  // namespace me::bind
