// Limits per label from NumPy arrays, and what became of regions as NumPy arrays.
#pragma once
#include <utility>

#include "bind/component_stats.h"
#include "runs/class_limits.h"
#include "runs/region_changes.h"

namespace me::bind {

using LabelBits = py::array_t<std::uint64_t, py::array::c_style>;
using Limits = py::array_t<std::int64_t, py::array::c_style>;

// The package has sorted the labels.
inline ClassLimits class_limits(const LabelBits& labels, const Limits& limits,
                                std::int64_t otherwise) {
  require(labels.size() == limits.size(), ErrorKind::shape_mismatch, "min_area",
          "expected a limit for each label");
  return {labels.data(), limits.data(), labels.size(), otherwise};
}

// (how many of each mask, statistics, values before, values after)
inline py::tuple to_tuple(RegionChanges&& changes) {
  return py::make_tuple(to_array(std::move(changes.counts)), to_tuple(std::move(changes.stats)),
                        to_array(std::move(changes.before)), to_array(std::move(changes.after)));
}

}  // namespace me::bind
