// Memory that a thread keeps from call to call.
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "base/interrupt.h"

namespace me {

// The T of this thread for one place in the source: kept_by_thread<T>([] {}). A call that a
// signal's handler makes while another one polls has a T of its own: that of the other is in use.
template <class T, class Place>
T& kept_by_thread(Place) {
  thread_local std::vector<std::unique_ptr<T>> kept;
  const auto depth = static_cast<std::size_t>(handlers_at_work());
  while (kept.size() <= depth) kept.push_back(std::make_unique<T>());
  return *kept[depth];
}

}  // namespace me
