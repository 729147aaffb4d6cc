// Columns of a record batch as Arrow hands them to other libraries, without a copy:
// https://arrow.apache.org/docs/format/CDataInterface.html
#pragma once
#include <pybind11/pybind11.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "base/error.h"
#include "runs/coco_parquet.h"

namespace me::bind {

namespace py = pybind11;

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;  // -1 where nobody has counted
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

// A column of some type; the capsules of its batch outlive it.
class ArrowColumn {
 public:
  ArrowColumn(const ArrowSchema* type, const ArrowArray* array) : type_(type), array_(array) {}

  bool is(const char* format) const { return std::strcmp(type_->format, format) == 0; }
  std::int64_t rows() const { return array_->length; }
  // Row 0 of buffer `number`; null where the buffer is left out.
  template <class T>
  const T* buffer(std::int64_t number) const {
    const auto* const data = static_cast<const T*>(array_->buffers[number]);
    return data == nullptr ? nullptr : data + array_->offset;
  }
  ValidBits valid() const {
    if (array_->null_count == 0 || array_->buffers[0] == nullptr) return {nullptr, 0};
    return {static_cast<const std::uint8_t*>(array_->buffers[0]), array_->offset};
  }
  // What the texts of all rows are parts of.
  const char* text() const { return static_cast<const char*>(array_->buffers[2]); }
  ArrowColumn child() const { return {type_->children[0], array_->children[0]}; }
  ArrowColumn dictionary() const { return {type_->dictionary, array_->dictionary}; }
  bool has_dictionary() const { return type_->dictionary != nullptr; }

  // Rows of lists, or texts, whose values number n_values.
  ListRows lists(std::int64_t n_values) const {
    static const std::int64_t none[1] = {0};
    const std::int64_t n = rows();
    const auto* p = buffer<std::int64_t>(1);
    if (n == 0) p = none;
    bool right = p != nullptr && p[0] >= 0 && p[n] <= n_values;
    for (std::int64_t i = 0; right && i < n; i++) right = p[i] <= p[i + 1];
    require(right, ErrorKind::argument, "offsets", "expected offsets that grow in their column");
    return {p, valid(), n};
  }

 private:
  const ArrowSchema* type_;
  const ArrowArray* array_;
};

// The record batch of what `__arrow_c_array__` gave.
class ArrowBatch {
 public:
  explicit ArrowBatch(const py::tuple& capsules) {
    require(capsules.size() == 2, ErrorKind::type, "batch", "expected two capsules");
    type_ = pointer<ArrowSchema>(capsules[0], "arrow_schema");
    array_ = pointer<ArrowArray>(capsules[1], "arrow_array");
    require(std::strcmp(type_->format, "+s") == 0 && type_->n_children == array_->n_children &&
                array_->offset == 0,
            ErrorKind::type, "batch", "expected a record batch");
  }
  std::int64_t rows() const { return array_->length; }
  std::int64_t size() const { return array_->n_children; }
  ArrowColumn operator[](std::int64_t i) const { return {type_->children[i], array_->children[i]}; }

 private:
  template <class T>
  static const T* pointer(const py::handle& capsule, const char* name) {
    void* const p = PyCapsule_GetPointer(capsule.ptr(), name);
    if (p == nullptr) throw py::error_already_set();
    return static_cast<const T*>(p);
  }

  const ArrowSchema* type_;
  const ArrowArray* array_;
};

}  // namespace me::bind
