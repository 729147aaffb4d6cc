// Sums of powers over stretches of integers: what moments are made of.
#pragma once
#include <cstdint>

namespace me {

// Sums of 1, t, t^2 and t^3.
template <class T>
struct PowerSums {
  T s0{}, s1{}, s2{}, s3{};
};

// Gathers stretches [begin, end) of t and divides once. With unsigned T, n^4 must fit for the
// largest end n.
template <class T>
class PowerGatherer {
 public:
  void add(std::int64_t begin, std::int64_t end) {
    const T a = static_cast<T>(begin);
    const T b = static_cast<T>(end);
    // Below n: 2 sum t = n (n-1), 6 sum t^2 = n (n-1) (2n-1), 4 sum t^3 = (n (n-1))^2.
    const T below_a = a * (a - 1);
    const T below_b = b * (b - 1);
    once_ += b - a;
    twice_ += below_b - below_a;
    six_times_ += below_b * (2 * b - 1) - below_a * (2 * a - 1);
    four_times_ += below_b * below_b - below_a * below_a;
  }

  bool empty() const { return once_ == T{0}; }
  PowerSums<T> sums() const { return {once_, twice_ / 2, six_times_ / 6, four_times_ / 4}; }

 private:
  T once_{}, twice_{}, six_times_{}, four_times_{};
};

// The sums over the one integer t.
template <class T>
PowerSums<T> powers_of(std::int64_t t) {
  const T x = static_cast<T>(t);
  return {T{1}, x, x * x, x * x * x};
}

#if defined(__SIZEOF_INT128__)
#define ME_HAS_INT128 1
__extension__ typedef unsigned __int128 Wide;  // no ISO spelling exists
__extension__ typedef __int128 SignedWide;
#endif

}  // namespace me
