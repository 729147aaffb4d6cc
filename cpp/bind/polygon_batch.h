// What Python holds as a batch of polygons: a validated, immutable view and its memory.
#pragma once
#include <memory>
#include <utility>

#include "bind/batch.h"
#include "geometry/polygons.h"

namespace me::bind {

struct PolygonBatch {
  PolygonsView view;
  std::shared_ptr<const void> keep;
};

inline PolygonBatch wrap(Polygons&& polygons) {
  auto owner = std::make_shared<const Polygons>(std::move(polygons));
  return {owner->view(), owner};
}

}  // namespace me::bind
