// What an open stroke has changed so far, joined as it comes.
#pragma once
#include <cstdint>

#include "ops/canvas/changes.h"

namespace me::cpu {

// Most of what an event adds to a row goes on where the row was changed before, to the left or to
// the right. So memory follows the stretches that a stroke changed, not its events, and its end
// does not take longer the more events there were.
class StrokeChanges {
 public:
  // Adds changes of pixels that were not changed before.
  void add(const Changes& changes);
  Changes in_order() const;

 private:
  struct Piece {
    std::int32_t begin, end;
    std::uint64_t before, after;
    std::int32_t next;  // of the row; negative for none
  };
  struct Row {
    std::int32_t first = -1;
    std::int32_t left = -1, right = -1;  // the pieces that reach farthest
  };
  Row& row_at(std::int64_t y);

  Buffer<Piece> pieces_;
  Buffer<Row> rows_;
  std::int64_t top_ = 0;  // of the first row
};

}  // namespace me::cpu
