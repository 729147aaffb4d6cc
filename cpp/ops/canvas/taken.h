// Pixels that have been taken, each once.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/bit_tiles.h"

namespace me::cpu {

class TakenPixels {
 public:
  // Takes a span, and appends the stretches of it that were not taken yet, in order.
  void take(const RowSpan& span, Buffer<RowSpan>& fresh);
  // Gives a span back.
  void give_back(const RowSpan& span);
  // All that is taken, in order.
  void append_spans(Buffer<RowSpan>& spans) const { tiles_.append_spans(spans); }

 private:
  BitTiles tiles_;
};

}  // namespace me::cpu
