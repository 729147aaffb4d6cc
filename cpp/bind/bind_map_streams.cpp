// Label maps of many images, painted and made the data of PNG files in one call.
#include <pybind11/stl.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "bind/arrays.h"
#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "ops/compose/compose.h"
#include "ops/joint/joint.h"
#include "runs/png_rows.h"

namespace me::bind::map_streams_calls {
namespace {

// The masks [ends[i], ends[i + 1]) are those of image i, the later in front; each layer has a
// label for every mask and is a map of its own, of pixel_bytes[i] bytes a pixel.
struct Lot {
  RunsView masks;
  std::int64_t n;
  const std::int64_t* ends;
  const std::int64_t* sizes;
  const std::int64_t* pixel_bytes;
  std::vector<const std::uint64_t*> layers;

  RunsView masks_of(std::int64_t i) const {
    return {masks.counts, masks.offsets + ends[i], masks.sizes + 2 * ends[i],
            ends[i + 1] - ends[i]};
  }
};

// What is told of the first layer: for each mask the place of its label among those of the map, -1
// when no pixel has it, and for each image how many pixels lie under others.
struct Told {
  std::int64_t* places;
  std::int64_t* covered;
};

// Some images: their streams one after the other, and how long each is.
struct Streams {
  Buffer<std::uint8_t> bytes;
  Buffer<std::int64_t> lengths;
};

std::int64_t foreground(const RunsView& masks) {
  std::int64_t pixels = 0;
  for (std::int64_t i = 0; i < masks.n; i++) {
    const RunList runs = masks[i];
    for (std::int64_t k = 1; k < runs.n; k += 2) pixels += runs.counts[k];
  }
  return pixels;
}

void tell(const Lot& lot, std::int64_t i, const MaskView& map, const Told& told) {
  const RunsView masks = lot.masks_of(i);
  const cpu::JointCounts found = cpu::joint(&map, 1, Exec{});
  const auto* const first = std::upper_bound(found.labels.begin(), found.labels.end(), 0);
  std::int64_t painted = 0;
  for (auto k = first - found.labels.begin(); k < found.pixels.size(); k++) {
    painted += found.pixels[k];
  }
  told.covered[i] = foreground(masks) - painted;
  for (std::int64_t k = lot.ends[i]; k < lot.ends[i + 1]; k++) {
    const auto label = static_cast<std::int64_t>(lot.layers[0][k]);
    const auto* const at = std::lower_bound(first, found.labels.end(), label);
    told.places[k] = at != found.labels.end() && *at == label ? at - first : -1;
  }
}

// PNG has the high byte first.
void swap_bytes(Buffer<std::uint8_t>& pixels) {
  for (std::int64_t k = 0; k + 1 < pixels.size(); k += 2) std::swap(pixels[k], pixels[k + 1]);
}

void add_image(const Lot& lot, std::int64_t i, Buffer<std::uint8_t>& pixels, const Told& told,
               Streams& out) {
  const std::int64_t height = lot.sizes[2 * i], width = lot.sizes[2 * i + 1];
  const std::int64_t bytes = lot.pixel_bytes[i], row = width * bytes;
  const RunsView masks = lot.masks_of(i);
  pixels.clear();
  pixels.grow(height * row);
  Buffer<std::int64_t> order(masks.n);
  for (std::int64_t k = 0; k < masks.n; k++) order[k] = k;
  char* const data = reinterpret_cast<char*>(pixels.data());
  const Element element = bytes == 1 ? Element::u8 : Element::u16;
  const MutableMaskView map{data, element, 1, height, width, height * row, row, bytes};
  for (std::size_t layer = 0; layer < lot.layers.size(); layer++) {
    const std::int64_t before = out.bytes.size();
    cpu::compose(masks, lot.layers[layer] + lot.ends[i], order.data(), map, Exec{});
    if (layer == 0) tell(lot, i, {data, element, 1, height, width, height * row, row, bytes}, told);
    if (bytes == 2) swap_bytes(pixels);
    deflate_rows(pixels.data(), height, row, static_cast<int>(bytes), out.bytes);
    out.lengths.push_back(out.bytes.size() - before);
  }
}

void check(const Lot& lot) {
  for (std::int64_t i = 0; i < lot.n; i++) {
    const std::int64_t bytes = lot.pixel_bytes[i];
    require(bytes == 1 || bytes == 2, ErrorKind::argument, "pixel_bytes", "expected 1 or 2", i);
    const std::int64_t height = lot.sizes[2 * i], width = lot.sizes[2 * i + 1];
    require(height >= 0 && height <= max_side && width >= 0 && width <= max_side,
            ErrorKind::argument, "sizes", "expected sides of at most 2^31-1", i);
    const std::uint64_t most = bytes == 1 ? 0xff : 0xffff;
    for (std::int64_t k = lot.ends[i]; k < lot.ends[i + 1]; k++) {
      require(lot.masks.size(k) == Size{height, width}, ErrorKind::shape_mismatch, "masks",
              "expected the size of the image", k);
      for (const std::uint64_t* labels : lot.layers) {
        require(labels[k] >= 1 && labels[k] <= most, ErrorKind::argument, "labels",
                "expected labels from 1 on that fit the pixels", k);
      }
    }
  }
}

using Labels = std::vector<Column<std::uint64_t>>;

// Streams of all layers of the first image, then of the next one; where each ends; and what Told
// says.
py::tuple map_streams(const Batch& masks, const Column<std::int64_t>& ends,
                      const Column<std::int64_t>& sizes, const Column<std::int64_t>& pixel_bytes,
                      const Labels& labels) {
  Lot lot{masks.view, pixel_bytes.size(), nullptr, sizes.data(), pixel_bytes.data(), {}};
  lot.ends = check_offsets(ends, lot.n, masks.view.n, "ends");
  require(sizes.size() == 2 * lot.n, ErrorKind::argument, "sizes", "expected one for each image");
  require(!labels.empty(), ErrorKind::argument, "labels", "expected a layer");
  for (const Column<std::uint64_t>& layer : labels) {
    require(layer.size() == masks.view.n, ErrorKind::argument, "labels", "expected one a mask");
    lot.layers.push_back(layer.data());
  }
  check(lot);
  py::array_t<std::int64_t> places(masks.view.n), covered(lot.n);
  const Told told{places.mutable_data(), covered.mutable_data()};
  std::fill(told.places, told.places + masks.view.n, -1);
  std::vector<Streams> parts;
  {
    const LockReleased release;
    const Exec exec = current_exec();
    const std::int64_t chunks = chunk_count(exec, lot.n, 200e3);
    parts.resize(static_cast<std::size_t>(chunks));
    for_chunks(exec, lot.n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
      Buffer<std::uint8_t> pixels;
      for (std::int64_t i = begin; i < end; i++) {
        add_image(lot, i, pixels, told, parts[static_cast<std::size_t>(c)]);
      }
    });
  }
  Streams all = std::move(parts[0]);
  for (std::size_t c = 1; c < parts.size(); c++) {
    all.bytes.append(parts[c].bytes.data(), parts[c].bytes.size());
    all.lengths.append(parts[c].lengths.data(), parts[c].lengths.size());
  }
  std::int64_t end = 0;
  for (std::int64_t& length : all.lengths) length = end += length;
  return py::make_tuple(to_array(std::move(all.bytes)), to_array(std::move(all.lengths)), places,
                        covered);
}

}  // namespace

ME_BIND(map_streams) {
  module.def("map_streams", map_streams, py::arg("masks"), py::arg("ends"), py::arg("sizes"),
             py::arg("pixel_bytes"), py::arg("labels"));
}

}  // namespace me::bind::map_streams_calls
