// The two forms of a batch that must agree: runs and bits.
#pragma once
#include <optional>

#include "engines.h"
#include "runs/packed_masks.h"

namespace fuzz {

// Whether op() gives `wanted` of the runs, and of the bits where it gives anything of them.
template <class Op>
bool both(const me::RunsView& runs, const me::PackedMasks& bits, const me::Runs& wanted, Op op) {
  const std::optional<me::PackedMasks> packed = op(bits.view());
  return same(op(runs), wanted) &&
         (!packed || (packed->words[packed->words.size() - 1] == 0 &&
                      same(me::unpack(packed->view(), one_thread), wanted)));
}

}  // namespace fuzz
