// COCO's dictionaries {"size": [h, w], "counts": text | list}, one at a time.
#pragma once
#include <cstdint>

#include "bind/batch.h"

namespace me::bind {

// The forms of "counts": text as str, text as bytes, a list of integers.
enum class CocoForm { text = 0, bytes = 1, list = 2 };

// What sizes and counts may be: integers alone, or also floats without a fraction, which
// pycocotools takes.
enum class CocoNumbers { integers, whole };

// Appends the mask that `object` describes, or throws malformed_rle naming `item` of `parameter`.
void append_coco_dict(py::handle object, Runs& out, std::int64_t item, const char* parameter,
                      CocoNumbers numbers);

// Appends all masks of a list.
void append_coco_list(const py::list& masks, Runs& out, const char* parameter, CocoNumbers numbers);

// `scratch` is room for the text; a caller with many masks hands in the same one.
py::dict coco_dict(const RunList& runs, Buffer<char>& scratch, CocoForm form);

// One for each mask.
py::list coco_dicts(const RunsView& masks, CocoForm form);

// One dictionary for each mask: at each of `keys` a value of the column that stands there, or the
// mask's own dictionary, with text, where that is None. Columns are of int64 or double, C-ordered,
// and give a number for each mask, or where they have two dimensions a list of numbers.
py::list coco_records(const RunsView& masks, const py::tuple& keys, const py::tuple& columns);

}  // namespace me::bind
