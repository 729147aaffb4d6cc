// Which pixels an edit may change, by where they are and by the label they have.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "base/buffer.h"
#include "runs/bit_tiles.h"
#include "runs/mask_rows.h"

namespace me::cpu {

class LabelSet {
 public:
  LabelSet(const std::uint64_t* labels, std::int64_t n);
  bool has(std::uint64_t label) const;

 private:
  std::uint64_t narrow_[4] = {};  // labels below 256, as bits
  Buffer<std::uint64_t> wide_;    // the others, sorted
};

struct Rules {
  std::optional<LabelSet> only;            // labels that alone may change
  std::optional<LabelSet> protected_;      // labels that never change
  PixelBox box;                            // pixels that alone may change, inside the image,
  std::shared_ptr<const MaskRows> region;  // ... and a mask of them, perhaps
  std::int64_t max_area = INT64_MAX;       // the most pixels that an edit may change

  bool allow(std::uint64_t label) const {
    return (!only || only->has(label)) && !(protected_ && protected_->has(label));
  }
  // Cuts spans, in order, to where pixels may change.
  void cut(const Buffer<RowSpan>& spans, Buffer<RowSpan>& inside) const;
};

// What an edit makes of a pixel.
struct Paint {
  std::uint64_t label = 0;           // it gets this label
  std::optional<std::uint64_t> old;  // if it has this one
};

}  // namespace me::cpu
