#include <optional>
#include <vector>

#include "bind/batch.h"
#include "bind/registry.h"
#include "ops/tile/tile.h"

namespace me::bind::tile_calls {
namespace {

using Batches = std::vector<const DualBatch*>;

DualBatch tile(const DualBatch& masks, std::int64_t rows, std::int64_t columns) {
  const double copies = double(rows) * double(columns);
  const auto call = [&](const auto& view) {
    return cpu::tile(view, rows, columns, current_exec());
  };
  return in_either_form(masks, 2 * copies, 2 * copies, call, 2 * copies);
}

// The bits of batches that meet.
struct BitParts {
  std::vector<PackedView> views;
  std::vector<PackedMasks> made;  // for the call
};

// Nothing where too few of the batches have bits.
std::optional<BitParts> bits_of(const Batches& batches) {
  double there = 0;
  double missing = 0;
  for (const DualBatch* batch : batches) {
    if (const PackedView* bits = batch->bits()) {
      there += double(bits->total_words());
      continue;
    }
    for (std::int64_t i = 0; i < batch->n(); i++) missing += double(batch->size(i).area()) / 64;
  }
  if (there == 0 || missing > 4 * there) return std::nullopt;
  BitParts parts;
  for (const DualBatch* batch : batches) {
    if (const PackedView* bits = batch->bits()) {
      parts.views.push_back(*bits);
      continue;
    }
    const RunsView& runs = batch->runs().view;
    const ReleaseLock release(0.5 * double(runs.total_counts()) + missing);
    parts.made.push_back(pack(runs, current_exec()));
    parts.views.push_back(parts.made.back().view());
  }
  return parts;
}

RunsView one_of(const RunsView& masks, std::int64_t i) {
  return {masks.counts, masks.offsets + i, masks.sizes + 2 * i, 1};
}

PackedView one_of(const PackedView& masks, std::int64_t i) {
  return {masks.words, masks.offsets + i, masks.sizes + 2 * i, 1};
}

template <class View>
std::vector<View> one_by_one(const std::vector<View>& batches) {
  std::vector<View> parts;
  for (const View& batch : batches) {
    for (std::int64_t i = 0; i < batch.n; i++) parts.push_back(one_of(batch, i));
  }
  return parts;
}

// Gives n masks. `apart`: each mask of the batches is a part; else each batch is one.
DualBatch stack(const Batches& batches, std::int64_t n, bool apart, bool below) {
  for (const DualBatch* batch : batches) {
    require(apart || batch->n() == 1 || batch->n() == n || n == 0, ErrorKind::shape_mismatch,
            "batches", "expected as many masks in each");
  }
  const cpu::Side side = below ? cpu::Side::below : cpu::Side::beside;
  const auto put = [&](const auto& views, double ns) {
    const ReleaseLock release(ns);
    return cpu::stack(apart ? one_by_one(views) : views, n, side, current_exec());
  };
  if (const std::optional<BitParts> bits = bits_of(batches)) {
    double words = 0;
    for (const PackedView& view : bits->views) words += double(view.total_words());
    return DualBatch(put(bits->views, words));
  }
  std::vector<RunsView> views;
  double runs = 0;
  for (const DualBatch* batch : batches) {
    views.push_back(batch->runs().view);
    runs += double(views.back().total_counts());
  }
  return DualBatch(wrap(put(views, 3 * runs)));
}

}  // namespace

ME_BIND(tile) {
  module.def("tile", tile, py::arg("masks"), py::arg("rows"), py::arg("columns"));
  module.def("stack", stack, py::arg("batches"), py::arg("n"), py::arg("apart"), py::arg("below"));
}

}  // namespace me::bind::tile_calls
