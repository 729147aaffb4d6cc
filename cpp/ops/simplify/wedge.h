// Directions from one point that are still allowed. Private to simplify.
#pragma once

namespace me::cpu {

template <class T>
struct Direction {
  T x, y;
};

template <class T>
T cross(const Direction<T>& a, const Direction<T>& b) {
  return a.x * b.y - a.y * b.x;
}

template <class T>
T dot(const Direction<T>& a, const Direction<T>& b) {
  return a.x * b.x + a.y * b.y;
}

// Whether `to` is in the wedge from `right` to `left`, both included, of less than half a turn. A
// wedge of one direction does not hold the opposite one.
template <class T>
bool in_wedge(const Direction<T>& right, const Direction<T>& to, const Direction<T>& left) {
  return cross(right, to) >= 0 && cross(to, left) >= 0 && (dot(right, to) > 0 || dot(left, to) > 0);
}

// The directions from `right` to `left`, both included, less than half a turn, where cross(right,
// left) > 0. At first all directions.
template <class T>
class Wedge {
 public:
  bool has(const Direction<T>& to) const { return all_ || in_wedge(right_, to, left_); }

  // Keeps what is also between `right` and `left`; false when nothing is left.
  bool cut(const Direction<T>& right, const Direction<T>& left) {
    if (all_) {
      right_ = right;
      left_ = left;
      all_ = false;
      return true;
    }
    // two wedges of less than half a turn have at most one stretch in common
    const bool left_inside = in_wedge(right_, left, left_);
    const bool right_inside = in_wedge(right_, right, left_);
    if (!left_inside && !in_wedge(right, left_, left)) return false;
    if (!right_inside && !in_wedge(right, right_, left)) return false;
    if (left_inside) left_ = left;
    if (right_inside) right_ = right;
    return true;
  }

 private:
  bool all_ = true;
  Direction<T> right_{};
  Direction<T> left_{};
};

}  // namespace me::cpu
