// A canvas as Python holds it: labels, the open stroke, and where tiles come from.
#pragma once
#include <pybind11/numpy.h>

#include <memory>
#include <optional>
#include <utility>

#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/brush.h"
#include "bind/canvas_edit.h"
#include "bind/canvas_history.h"

namespace me::bind {

// Labels as Python knows them: by their value.
inline py::int_ label_value(std::uint64_t bits, Element element) {
  switch (element) {
    case Element::i8:
      return py::int_(static_cast<std::int8_t>(bits));
    case Element::i16:
      return py::int_(static_cast<std::int16_t>(bits));
    case Element::i32:
      return py::int_(static_cast<std::int32_t>(bits));
    case Element::i64:
      return py::int_(static_cast<std::int64_t>(bits));
    default:
      return py::int_(bits);
  }
}

inline void require_match(bool matches, const char* parameter) {
  require(matches, ErrorKind::argument, parameter,
          "expected labels as they were when it was made: the label map has others");
}

// Tiles that a Python function gives, as arrays that the caller keeps while they are in use.
class PythonTiles : public cpu::TileSource {
 public:
  PythonTiles(py::object fetch, py::object peek)
      : fetch_(std::move(fetch)), peek_(std::move(peek)) {}

  char* fetch(std::int64_t row, std::int64_t column) override {
    const py::gil_scoped_acquire lock;
    return data_of(fetch_(row, column).cast<py::array>());
  }
  const char* peek(std::int64_t row, std::int64_t column) override {
    const py::gil_scoped_acquire lock;
    peeked_ = peek_(row, column).cast<py::array>();
    return data_of(peeked_);
  }

 private:
  static char* data_of(py::array tile) {
    require((tile.flags() & py::array::c_style) != 0 && tile.writeable(), ErrorKind::type, "labels",
            "expected a tile row by row");
    return static_cast<char*>(tile.mutable_data());
  }

  py::object fetch_, peek_;
  py::array peeked_;
};

class CanvasEngine {
 public:
  CanvasEngine(py::array array, std::int64_t history_bytes)
      : history(history_bytes),
        keep_(array),
        labels_(mutable_mask_view(array)),
        size_(labels_.size()) {}
  CanvasEngine(Size size, const py::array& like, py::object fetch, py::object peek,
               std::int64_t history_bytes)
      : history(history_bytes),
        source_(std::make_unique<PythonTiles>(std::move(fetch), std::move(peek))),
        labels_(size, element_of(like), *source_),
        size_(size) {}

  cpu::LabelMap& labels() { return labels_; }
  // The same, of a call that is going to write: the caller may have locked the array since.
  cpu::LabelMap& labels_to_write() {
    require(source_ != nullptr || keep_.writeable(), ErrorKind::argument, "labels",
            "expected an array that can be written to: it no longer can");
    return labels_;
  }
  Size size() const { return size_; }
  // The bits of a label, as kernels compare them.
  std::uint64_t bits(std::uint64_t label) const {
    const auto n = static_cast<int>(8 * labels_.bytes());
    return n == 64 ? label : label & ((std::uint64_t{1} << n) - 1);
  }

  CanvasHistory history;
  // A call on the canvas, from which none may come: a store of tiles, or the handler of a signal,
  // can call back.
  class Turn {
   public:
    explicit Turn(CanvasEngine& engine) : busy_(engine.busy_) {
      require(!busy_, ErrorKind::argument, "canvas",
              "at work: it cannot be called by what its own call has called");
      busy_ = true;
    }
    ~Turn() { busy_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    bool& busy_;
  };

  // Reading an array while it is looked at for an edit does no harm.
  std::optional<Turn> turn_with_tiles() {
    if (source_ == nullptr) return std::nullopt;
    return std::optional<Turn>(std::in_place, *this);
  }

  std::unique_ptr<HeldBrush> brush;
  py::object image;  // what the open stroke looks at
  std::unique_ptr<cpu::OpenStroke> stroke;

  // The open stroke; an exception of a signal's handler may have come between two calls.
  cpu::OpenStroke& open_stroke() const {
    require(stroke != nullptr, ErrorKind::argument, "stroke",
            "no stroke is open: call begin() first");
    return *stroke;
  }

  // Closes the open stroke.
  void close() {
    stroke.reset();
    brush.reset();
    image = py::object();
  }

  CanvasEdit edit_of_changes(std::shared_ptr<const cpu::Changes> changes) const {
    return canvas_edit(labels_, std::move(changes));
  }

  // Writes what was found, as a step of the history, when it is not too much.
  CanvasEdit finish(const std::shared_ptr<const cpu::Changes>& changes, std::int64_t max_area) {
    CanvasEdit edit = edit_of_changes(changes);
    if (edit.extent.area > max_area) return edit_of_changes(nullptr);
    edit = compact_edit(std::move(edit));
    history.add(edit);
    write(*changes, false);
    return edit;
  }

  // Writes changes that were found, and counts that.
  void write(const cpu::Changes& changes, bool backwards) {
    cpu::write(labels_, changes, backwards);
    count_write(!changes.empty());
  }
  void count_write(bool changed) { writes_ += changed ? 1 : 0; }
  // How often labels were changed: what was measured of them since is out of date.
  std::int64_t writes() const { return writes_; }

 private:
  py::array keep_;
  std::unique_ptr<PythonTiles> source_;
  cpu::LabelMap labels_;
  Size size_;
  std::int64_t writes_ = 0;
  bool busy_ = false;
};

}  // namespace me::bind
