#include "ops/boundary_overlap/boundary_overlap.h"

#include <memory>

#include "base/kept_by_thread.h"
#include "base/parallel.h"
#include "runs/morphology.h"
#include "runs/popcount.h"
#include "runs/scratch.h"

namespace me::cpu {
namespace {

// Lines of bits in memory that somebody else owns.
struct Plane {
  std::uint64_t* words;
  std::int64_t each;  // words of a line
  std::uint64_t* line(std::int64_t y) const { return words + y * each; }
};

// Passes lines on as their complement, and keeps them.
class KeptLines final : public LineSource {
 public:
  KeptLines(LineSource& source, const Plane& mask, std::int64_t length)
      : source_(source), mask_(mask), tail_(kernels::tail_mask(length)) {}
  void read(std::int64_t line, std::uint64_t* words) override {
    std::uint64_t* kept = mask_.line(line);
    source_.read(line, kept);
    for (std::int64_t k = 0; k < mask_.each; k++) words[k] = ~kept[k];
    words[mask_.each - 1] &= tail_;
  }

 private:
  LineSource& source_;
  Plane mask_;
  std::uint64_t tail_;
};

// Takes what reaches the background, and keeps what of it is foreground: the band.
class BandSink final : public LineSink {
 public:
  BandSink(const Plane& mask, const Plane& band) : mask_(mask), band_(band) {}
  void write(std::int64_t line, const std::uint64_t* words) override {
    const std::uint64_t* mask = mask_.line(line);
    std::uint64_t* band = band_.line(line);
    for (std::int64_t k = 0; k < mask_.each; k++) band[k] = mask[k] & words[k];
  }

 private:
  Plane mask_, band_;
};

// The masks and bands of a pair, and what is common to them.
class PairBits {
 public:
  PairBits(std::uint64_t* words, const LineStack& stack)
      : stack_(stack), each_(words_for(stack.length)), size_(each_ * stack.lines) {
    for (int k = 0; k < 4; k++) planes_[k] = {words + k * size_, each_};
  }

  void fill(int side, LineSource& source, const Footprint& footprint, const Outside& background) {
    KeptLines kept(source, planes_[side], stack_.length);
    BandSink band(planes_[side], planes_[2 + side]);
    dilate_lines(stack_, footprint, background, 0, stack_.lines, kept, band);
  }

  void leave_out(LineSource& none) {
    Buffer<std::uint64_t> line(each_);
    for (std::int64_t y = 0; y < stack_.lines; y++) {
      none.read(y, line.data());
      for (const Plane& plane : planes_) {
        std::uint64_t* words = plane.line(y);
        for (std::int64_t k = 0; k < each_; k++) words[k] &= ~line[k];
      }
    }
  }

  BoundaryOverlap counts() const {
    return {shared(0, 0), shared(1, 1), shared(0, 1), shared(2, 2), shared(3, 3), shared(2, 3)};
  }

 private:
  std::int64_t shared(int a, int b) const {
    return shared_bits()(planes_[a].words, size_, planes_[b].words, size_, size_, 1);
  }

  LineStack stack_;
  std::int64_t each_, size_;
  Plane planes_[4];  // both masks, both bands
};

BoundaryOverlap overlap_of(const MaskPairs& pairs, std::int64_t i, std::int64_t width,
                           bool from_edge) {
  const PairWindow window = window_of(pairs, i, 0);
  const LineStack stack = window.stack;
  if (stack.lines == 0 || stack.length == 0) return {};
  require_bits(stack, "reference");
  const auto reach = static_cast<double>(width);
  const Footprint footprint(Shape::square, reach, reach, stack.lines, stack.length);
  const Outside& edge = window.at_edge;
  const Outside background = {from_edge || !edge.first, from_edge || !edge.last,
                              from_edge || !edge.low, from_edge || !edge.high};
  Buffer<std::uint64_t>& memory = kept_by_thread<Buffer<std::uint64_t>>([] {});
  const Scratch<std::uint64_t> scratch(memory, 4 * words_for(stack.length) * stack.lines);
  PairBits bits(scratch.data(), stack);
  for (int side : {0, 1}) {
    const auto lines = lines_of(pairs, i, side == 0 ? PairSide::a : PairSide::b, window);
    bits.fill(side, *lines, footprint, background);
  }
  const std::unique_ptr<LineSource> none = lines_of(pairs, i, PairSide::none, window);
  if (none != nullptr) bits.leave_out(*none);
  return bits.counts();
}

}  // namespace

void boundary_overlap(const MaskPairs& pairs, std::int64_t width, bool from_edge,
                      BoundaryOverlap* out, const Exec& exec) {
  double pixels = 0;
  for (std::int64_t i = 0; i < pairs.n; i++) pixels += pair_pixels(pairs, i);
  const double each = pairs.n == 0 ? 0 : pixels / double(pairs.n);
  for_ranges(exec, pairs.n, 1000 + each / 5, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) out[i] = overlap_of(pairs, i, width, from_edge);
  });
}

}  // namespace me::cpu
