// What tolerance_map writes, of any type, as doubles; whole numbers of 64 bits are rounded.
#pragma once
#include <cstdint>
#include <cstring>
#include <vector>

#include "ops/tolerance_map/tolerance_map.h"

namespace fuzz {

inline std::vector<double> tolerances(const me::cpu::ToleranceRequest& request) {
  const me::Element element = me::cpu::tolerance_element(request.image.element);
  const auto bytes = static_cast<std::size_t>(me::element_bytes(element));
  const std::int64_t pixels =
      (request.window.right - request.window.left) * (request.window.bottom - request.window.top);
  std::vector<double> found(static_cast<std::size_t>(pixels));
  if (element == me::Element::f64) {
    me::cpu::tolerance_map(request, found.data());
    return found;
  }
  std::vector<char> memory(found.size() * bytes);
  me::cpu::tolerance_map(request, memory.data());
  for (std::size_t k = 0; k < found.size(); k++) {
    std::uint64_t whole = 0;  // its low bytes come first here
    std::memcpy(&whole, memory.data() + k * bytes, bytes);
    found[k] = static_cast<double>(whole);
  }
  return found;
}

}  // namespace fuzz
