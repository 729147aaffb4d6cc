// Atomics that elements of a GPU kernel meet in, for the device and for the host. All are relaxed:
// what one phase writes, the next one reads.
#pragma once
#include <cstdint>
#include <type_traits>

#include "base/host_device.h"

namespace me::cuda {

#if defined(__CUDA_ARCH__)

template <class T>  // the type that CUDA's own functions know a 32-bit or 64-bit integer by
using Atomic =
    std::conditional_t<sizeof(T) == 8,
                       std::conditional_t<std::is_signed_v<T>, long long, unsigned long long>,
                       std::conditional_t<std::is_signed_v<T>, int, unsigned>>;

template <class T>
__device__ T atomic_load(const T* where) {
  return *static_cast<const volatile T*>(where);
}
template <class T>
__device__ void atomic_store(T* where, T value) {
  *static_cast<volatile T*>(where) = value;
}
template <class T>  // sums wrap, so the signed ones are those of the unsigned type
__device__ void atomic_add(T* where, T value) {
  using U = Atomic<std::make_unsigned_t<T>>;
  ::atomicAdd(reinterpret_cast<U*>(where), static_cast<U>(value));
}
template <class T>
__device__ void atomic_or(T* where, T value) {
  ::atomicOr(reinterpret_cast<Atomic<T>*>(where), static_cast<Atomic<T>>(value));
}
template <class T>  // gives the value before
__device__ T atomic_min(T* where, T value) {
  return static_cast<T>(
      ::atomicMin(reinterpret_cast<Atomic<T>*>(where), static_cast<Atomic<T>>(value)));
}
template <class T>
__device__ T atomic_max(T* where, T value) {
  return static_cast<T>(
      ::atomicMax(reinterpret_cast<Atomic<T>*>(where), static_cast<Atomic<T>>(value)));
}

#else

template <class T>
ME_HD T atomic_load(const T* where) {
  return __atomic_load_n(where, __ATOMIC_RELAXED);
}
template <class T>
ME_HD void atomic_store(T* where, T value) {
  __atomic_store_n(where, value, __ATOMIC_RELAXED);
}
template <class T>
ME_HD void atomic_add(T* where, T value) {
  __atomic_fetch_add(where, value, __ATOMIC_RELAXED);
}
template <class T>
ME_HD void atomic_or(T* where, T value) {
  __atomic_fetch_or(where, value, __ATOMIC_RELAXED);
}
template <class T>
ME_HD T atomic_min(T* where, T value) {
  T old = atomic_load(where);
  while (value < old && !__atomic_compare_exchange_n(where, &old, value, true, __ATOMIC_RELAXED,
                                                     __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T>
ME_HD T atomic_max(T* where, T value) {
  T old = atomic_load(where);
  while (value > old && !__atomic_compare_exchange_n(where, &old, value, true, __ATOMIC_RELAXED,
                                                     __ATOMIC_RELAXED)) {
  }
  return old;
}

#endif

}  // namespace me::cuda
