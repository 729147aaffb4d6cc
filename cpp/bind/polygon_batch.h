// What Python holds as a batch of polygons: an immutable view and its memory.
#pragma once
#include <memory>
#include <mutex>
#include <utility>

#include "bind/batch.h"
#include "geometry/polygons.h"

namespace me::bind {

// A vertex that is elsewhere than the coordinates of its batch say. Whoever drags one vertex of
// many reads two others: the coordinates are not copied until something reads all of them.
struct MovedPoint {
  std::mutex lock;  // over the batch, until it is settled
  bool settled = false;
  std::int64_t item, vertex;  // counted within the item
  double xy[2];
};

struct PolygonBatch {
  PolygonsView view;
  std::shared_ptr<const void> keep;
  std::shared_ptr<MovedPoint> moved = nullptr;  // of nearly all batches: none

  // Copies the coordinates, with the vertex where it is. No functions but those that take batches
  // as Unsettled ever see one that is not settled.
  void settle() {
    if (!moved) return;
    std::shared_ptr<const void> dropped;  // after the lock is: an array may go with it
    const std::lock_guard<std::mutex> hold(moved->lock);
    if (moved->settled) return;
    auto owner = std::make_shared<Polygons>(copy_of(view));
    const std::int64_t at =
        view.vertices_before(moved->item) - view.vertices_before(0) + moved->vertex;
    owner->coords[2 * at] = moved->xy[0];
    owner->coords[2 * at + 1] = moved->xy[1];
    view = owner->view();
    dropped = std::move(keep);
    keep = std::move(owner);
    moved->settled = true;
  }
};

inline PolygonBatch wrap(Polygons&& polygons) {
  auto owner = std::make_shared<const Polygons>(std::move(polygons));
  return {owner->view(), owner};
}

}  // namespace me::bind

// A batch that comes from Python is settled before a function gets it.
template <>
class pybind11::detail::type_caster<me::bind::PolygonBatch>
    : public type_caster_base<me::bind::PolygonBatch> {
 public:
  bool load(handle source, bool convert) {
    if (!type_caster_base<me::bind::PolygonBatch>::load(source, convert)) return false;
    if (value != nullptr) static_cast<me::bind::PolygonBatch*>(value)->settle();
    return true;
  }
};

namespace me::bind {

// A batch as it is, settled or not.
struct Unsettled {
  PolygonBatch* batch;
};

}  // namespace me::bind

template <>
class pybind11::detail::type_caster<me::bind::Unsettled> {
 public:
  static constexpr auto name = make_caster<me::bind::PolygonBatch>::name;
  template <class T>
  using cast_op_type = me::bind::Unsettled;

  bool load(handle source, bool convert) {
    type_caster_base<me::bind::PolygonBatch> caster;
    if (!caster.load(source, convert) || source.is_none()) return false;
    found_.batch = &static_cast<me::bind::PolygonBatch&>(caster);
    return true;
  }
  operator me::bind::Unsettled() const { return found_; }

 private:
  me::bind::Unsettled found_{};
};
