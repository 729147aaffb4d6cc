#include "geometry/collect_polygons.h"

namespace me {
namespace {

void append_offsets(Buffer<std::int64_t>& to, const Buffer<std::int64_t>& from) {
  const std::int64_t base = to.back();
  std::int64_t* out = to.grow(from.size() - 1);
  for (std::int64_t i = 1; i < from.size(); i++) out[i - 1] = base + from[i];
}

}  // namespace

void append(Polygons& to, const Polygons& from) {
  to.coords.append(from.coords.data(), from.coords.size());
  append_offsets(to.ring_offsets, from.ring_offsets);
  append_offsets(to.polygon_offsets, from.polygon_offsets);
  append_offsets(to.item_offsets, from.item_offsets);
}

}  // namespace me
