// Dilation of lines of bits by a footprint: the one algorithm under all of morphology.
#pragma once
#include <cstdint>

#include "runs/bit_lines.h"
#include "runs/footprint.h"

namespace me {

// What counts as set outside the lines: before the first, after the last, before the first pixel of
// a line, after its last.
struct Outside {
  bool first = false, last = false, low = false, high = false;
};

struct LineStack {
  std::int64_t lines;
  std::int64_t length;  // pixels of a line, at least 1
};

// Writes lines [begin, end) of the dilation. Memory: some 2 * across + 1 lines. Time per word and
// line: a constant number of steps when all lines of the footprint are as wide (van Herk's running
// unions) or for a cross, else in proportion to its lines.
void dilate_lines(const LineStack& stack, const Footprint& footprint, const Outside& outside,
                  std::int64_t begin, std::int64_t end, LineSource& source, LineSink& sink);

// The complement of a source, and a sink that takes complements: erosion is dilation of these.
class InvertedLines final : public LineSource {
 public:
  InvertedLines(LineSource& source, std::int64_t length) : source_(source), length_(length) {}
  void read(std::int64_t line, std::uint64_t* words) override;

 private:
  LineSource& source_;
  std::int64_t length_;
};

class InvertedSink final : public LineSink {
 public:
  InvertedSink(LineSink& sink, std::int64_t length)
      : sink_(sink), length_(length), line_(words_for(length)) {}
  void write(std::int64_t line, const std::uint64_t* words) override;

 private:
  LineSink& sink_;
  std::int64_t length_;
  Buffer<std::uint64_t> line_;
};

}  // namespace me
