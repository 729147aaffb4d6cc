// Morphology of masks whose runs are few for the pixels of their box: span by span, so that a line
// of 2^31 pixels costs what its runs cost.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "runs/line_dilation.h"
#include "runs/runs.h"

namespace me {

// Lines as the spans of their set pixels, in order.
struct SpanLines {
  struct Span {
    std::int64_t begin, end;
  };
  Buffer<Span> spans;
  Buffer<std::int64_t> starts;  // of each line, and the end of the last
  std::int64_t length;
};

// Whether so many passes are faster so than by bits.
bool is_sparse(std::int64_t runs, const LineStack& stack, const Footprint& footprint, int passes);

// The columns of a mask inside a box that holds all foreground.
SpanLines span_lines(const RunList& runs, const Box& box);

// What dilate_lines gives for all lines.
SpanLines dilate_spans(const SpanLines& lines, const Footprint& footprint, const Outside& outside);

SpanLines inverted(const SpanLines& lines);

// Appends the canonical counts of a mask of which the lines are columns inside the box.
void append_counts(const SpanLines& lines, Size size, const Box& box, std::int64_t limit,
                   Buffer<std::uint32_t>& counts);

}  // namespace me
