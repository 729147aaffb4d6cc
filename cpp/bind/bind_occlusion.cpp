#include <string>
#include <utility>

#include "bind/batch.h"
#include "bind/bytes.h"
#include "bind/registry.h"
#include "ops/occlusion/occlusion.h"

namespace me::bind::occlusion_calls {
namespace {

void check_sizes(const Batch& masks, const Batch& like, const char* name) {
  for (std::int64_t i = 0; i < masks.view.n; i++) {
    require_size(name, i, like.view.size(0), masks.view.size(i));
  }
}

// Rows i, j, shared, i over j, j over i, clash.
py::array_t<std::int64_t> rows_of(Buffer<cpu::LayerPair>&& pairs) {
  static_assert(sizeof(cpu::LayerPair) == 6 * sizeof(std::int64_t));
  const std::int64_t n = pairs.size();
  Buffer<std::int64_t> rows(6 * n);
  for (std::int64_t k = 0; k < n; k++) {
    const cpu::LayerPair& p = pairs[k];
    const std::int64_t row[6] = {p.i, p.j, p.shared, p.i_over_j, p.j_over_i, p.clash};
    for (std::int64_t c = 0; c < 6; c++) rows[6 * k + c] = row[c];
  }
  return to_array(std::move(rows), {n, std::int64_t{6}});
}

double cost_of(const Batch& masks) { return 40.0 * double(masks.view.total_counts()); }

}  // namespace

ME_BIND(occlusion) {
  module.def(
      "occlusion",
      [](const Batch& masks, const Column<std::int64_t>& rank) {
        check_sizes(masks, masks, "masks");
        require(rank.size() == masks.view.n, ErrorKind::shape_mismatch, "z",
                "expected one for each mask");
        cpu::Occlusion found;
        {
          const ReleaseLock release(cost_of(masks));
          found = cpu::occlusion(masks.view, rank.data());
        }
        return py::make_tuple(wrap(std::move(found.visible)), rows_of(std::move(found.pairs)));
      },
      py::arg("masks"), py::arg("rank"));
  module.def(
      "occlusion_seen",
      [](const Batch& masks, const Batch& seen) {
        check_sizes(masks, masks, "masks");
        if (seen.view.n != masks.view.n) {
          throw Error(ErrorKind::shape_mismatch, "visible",
                      "expected one mask for each of " + std::to_string(masks.view.n) +
                          " layers, got " + std::to_string(seen.view.n));
        }
        check_sizes(seen, masks, "visible");
        cpu::Occlusion found;
        {
          const ReleaseLock release(cost_of(masks) + cost_of(seen));
          found = cpu::occlusion(masks.view, seen.view);
        }
        return py::make_tuple(rows_of(std::move(found.pairs)), to_array(std::move(found.inside)),
                              to_array(std::move(found.unseen)));
      },
      py::arg("masks"), py::arg("seen"));
}

}  // namespace me::bind::occlusion_calls
