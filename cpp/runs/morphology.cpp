#include "runs/morphology.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/parallel.h"
#include "runs/collect.h"
#include "runs/packed_lines.h"
#include "runs/sparse_morphology.h"
#include "runs/transposed.h"

namespace me {
namespace {

// One step on a stack of lines.
struct Pass {
  Step step;
  LineStack stack;
  const Footprint& footprint;
  Outside outside;  // set in the complement when the step is an erosion

  void run(std::int64_t begin, std::int64_t end, LineSource& source, LineSink& sink) const {
    if (step == Step::dilate) {
      dilate_lines(stack, footprint, outside, begin, end, source, sink);
      return;
    }
    InvertedLines inverted(source, stack.length);
    InvertedSink back(sink, stack.length);
    dilate_lines(stack, footprint, outside, begin, end, inverted, back);
  }

  double line_cost() const {
    const bool steady = footprint.is_rectangle() || footprint.is_cross();
    const double steps = steady ? 4 : 1 + double(footprint.across());
    return double(words_for(stack.length)) * steps;
  }
};

// Runs a pass with a source of its own for each stretch of lines; `sink` takes several threads.
template <class MakeSource>
void run_parallel(const Pass& pass, const Exec& exec, MakeSource make_source, LineSink& sink) {
  // Lines near the ends of a stretch are read twice.
  const std::int64_t most =
      std::max<std::int64_t>(1, pass.stack.lines / (4 * pass.footprint.across() + 64));
  const std::int64_t chunks = std::min(most, chunk_count(exec, pass.stack.lines, pass.line_cost()));
  for_chunks(exec, pass.stack.lines, chunks,
             [&](std::int64_t, std::int64_t begin, std::int64_t end) {
               auto source = make_source();
               pass.run(begin, end, source, sink);
             });
}

// Reads lines of a plane without taking it over.
class PlaneLines final : public LineSource {
 public:
  explicit PlaneLines(BitPlane& plane) : plane_(plane) {}
  void read(std::int64_t line, std::uint64_t* words) override { plane_.read(line, words); }

 private:
  BitPlane& plane_;
};

// Runs one or two passes to a sink that takes lines in order, from one thread.
template <class PassOf, class MakeSource>
void run_steps(int n, const PassOf& pass_of, const Exec& exec, MakeSource make_source,
               LineSink& sink) {
  const LineStack stack = pass_of(0).stack;
  if (n == 1 && exec.threads <= 1) {
    auto source = make_source();
    pass_of(0).run(0, stack.lines, source, sink);
    return;
  }
  const auto written = [&sink, &stack](BitPlane& from) {
    for (std::int64_t y = 0; y < stack.lines; y++) sink.write(y, from.row(y));
  };
  BitPlane plane(stack.lines, stack.length);
  run_parallel(pass_of(0), exec, make_source, plane);
  if (n == 1) {
    written(plane);
  } else if (exec.threads <= 1) {
    pass_of(1).run(0, stack.lines, plane, sink);
  } else {
    BitPlane last(stack.lines, stack.length);
    run_parallel(pass_of(1), exec, [&] { return PlaneLines(plane); }, last);
    written(last);
  }
}

// The part of the image in which the result lies: that of the mask, grown before a dilation.
Box result_box(const Morphology& morphology, const RunList& runs) {
  Box box = box_of(runs);
  if (box.right == 0 || morphology.steps[0] == Step::erode) return box;
  const auto clipped = [](double reach, std::int64_t limit) {
    return reach >= double(limit) ? limit : static_cast<std::int64_t>(reach);
  };
  const auto [height, width] = runs.size;
  const std::int64_t dx = clipped(morphology.reach.x, width);
  const std::int64_t dy = clipped(morphology.reach.y, height);
  return {std::max<std::int64_t>(box.left - dx, 0), std::min(box.right + dx, width),
          std::max<std::int64_t>(box.top - dy, 0), std::min(box.bottom + dy, height)};
}

// What counts as set around a box of lines that are columns, in the complement: the background
// beside it in the image, and the outside of the image unless that is foreground.
Outside outside_of(const Morphology& morphology, Step step, const Box& box, Size size) {
  if (step == Step::dilate) return {};
  const bool beyond = !morphology.border_set;
  return {box.left > 0 || beyond, box.right < size.width || beyond, box.top > 0 || beyond,
          box.bottom < size.height || beyond};
}

// Many lines that are short cost far more than few long ones.
bool is_flat(const LineStack& stack) {
  return stack.lines > std::int64_t{1} << 16 && stack.lines / 64 > stack.length;
}

void append_turned(const Morphology& morphology, const RunList& runs, const Exec& exec,
                   Buffer<std::uint32_t>& counts) {
  Buffer<std::uint32_t> rows;
  append_transposed(runs, {}, rows);
  const Size size{runs.size.width, runs.size.height};
  Morphology turned = morphology;
  std::swap(turned.reach.x, turned.reach.y);
  Buffer<std::uint32_t> changed;
  append_morphology(turned, {rows.data(), rows.size(), size}, exec, changed);
  append_transposed({changed.data(), changed.size(), size}, {}, counts);
}

}  // namespace

bool any_is_flat(const PackedView& masks) {
  for (std::int64_t i = 0; i < masks.n; i++) {
    if (is_flat({masks.size(i).width, masks.size(i).height})) return true;
  }
  return false;
}

void require_bits(const LineStack& stack, const char* parameter) {
  constexpr std::int64_t most = std::int64_t{1} << 33;
  require(stack.length == 0 || stack.lines <= most / stack.length, ErrorKind::limit, parameter,
          "expected at most 2^33 pixels in the box around the result of one mask, got more");
}

double morphology_cost(const Reach& reach, double pixels) {
  const double lines = reach.shape == Shape::disk ? std::min(reach.x, reach.y) : 4.0;
  return pixels / 64 * (4 + std::min(lines, 1e4));
}

void append_morphology(const Morphology& morphology, const RunList& runs, const Exec& exec,
                       Buffer<std::uint32_t>& counts) {
  const Box box = result_box(morphology, runs);
  if (box.right == 0) {
    append_split(counts, runs.size.area());
    return;
  }
  const LineStack stack{box.right - box.left, box.bottom - box.top};
  require_bits(stack, "masks");
  if (is_flat(stack)) return append_turned(morphology, runs, exec, counts);
  const Footprint footprint = footprint_of_columns(morphology.reach, stack.length, stack.lines);
  if (is_sparse(runs.n, stack, footprint, morphology.n)) {
    SpanLines lines = span_lines(runs, box);
    for (int k = 0; k < morphology.n; k++) {
      const Outside outside = outside_of(morphology, morphology.steps[k], box, runs.size);
      const bool erodes = morphology.steps[k] == Step::erode;
      lines = dilate_spans(erodes ? inverted(lines) : lines, footprint, outside);
      if (erodes) lines = inverted(lines);
    }
    return append_counts(lines, runs.size, box, run_limit(runs), counts);
  }
  RunLineWriter writer(counts, runs.size, box, run_limit(runs));
  const auto pass_of = [&](int k) {
    const Step step = morphology.steps[k];
    return Pass{step, stack, footprint, outside_of(morphology, step, box, runs.size)};
  };
  run_steps(morphology.n, pass_of, exec, [&] { return RunLines(runs, box); }, writer);
  writer.finish();
}

Runs apply_morphology(const Morphology& morphology, const RunsView& masks, const Exec& exec) {
  double pixels = 0;
  for (std::int64_t i = 0; i < masks.n; i++) pixels += double(masks.size(i).area());
  const double each =
      masks.n == 0 ? 0 : morphology_cost(morphology.reach, pixels / double(masks.n));
  return collect(masks.n == 1 ? Exec{} : exec, masks.n, 500 + each,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   append_morphology(morphology, masks[i], masks.n == 1 ? exec : Exec{}, counts);
                   return masks.size(i);
                 });
}

std::optional<PackedMasks> apply_morphology(const Morphology& morphology, const PackedView& masks,
                                            const Exec& exec) {
  if (any_is_flat(masks)) return std::nullopt;
  PackedMasks out(masks.sizes, masks.n);
  const Exec inner = masks.n == 1 ? exec : Exec{};
  const double cost = 1000 + morphology_cost(morphology.reach, 64 * masks.mean_words());
  for_ranges(masks.n == 1 ? Exec{} : exec, masks.n, cost,
             [&](std::int64_t begin, std::int64_t end) {
               for (std::int64_t i = begin; i < end; i++) {
                 const Size size = masks.size(i);
                 if (size.area() == 0) continue;
                 const LineStack stack{size.width, size.height};
                 const Footprint footprint =
                     footprint_of_columns(morphology.reach, size.height, size.width);
                 const Box box{0, size.width, 0, size.height};
                 const auto pass_of = [&](int k) {
                   const Step step = morphology.steps[k];
                   return Pass{step, stack, footprint, outside_of(morphology, step, box, size)};
                 };
                 PackedLineWriter writer(out.mask(i), size);
                 run_steps(
                     morphology.n, pass_of, inner, [&] { return PackedLines(masks.mask(i), size); },
                     writer);
               }
             });
  return out;
}

void apply_morphology(const Morphology& morphology, const MaskView& masks,
                      const MutableMaskView& out, const Exec& exec) {
  if (masks.height == 0 || masks.width == 0) return;
  const bool columns = LineLayout(masks).columns;
  const LineStack stack =
      columns ? LineStack{masks.width, masks.height} : LineStack{masks.height, masks.width};
  require_bits(stack, "masks");
  const Footprint footprint =
      columns ? footprint_of_columns(morphology.reach, masks.height, masks.width)
              : footprint_of_rows(morphology.reach, masks.height, masks.width);
  const auto pass_of = [&](int k) {
    const bool set = morphology.steps[k] == Step::erode && !morphology.border_set;
    return Pass{morphology.steps[k], stack, footprint, {set, set, set, set}};
  };
  const Exec inner = masks.n == 1 ? exec : Exec{};
  const double cost =
      1000 + morphology_cost(morphology.reach, double(masks.height) * double(masks.width));
  for_ranges(masks.n == 1 ? Exec{} : exec, masks.n, cost,
             [&](std::int64_t first, std::int64_t last) {
               for (std::int64_t i = first; i < last; i++) {
                 const auto from_array = [&] { return ArrayLines(masks, i, columns); };
                 ArrayLineWriter writer(out, i, columns);
                 if (morphology.n == 1) {
                   run_parallel(pass_of(0), inner, from_array, writer);
                   continue;
                 }
                 BitPlane plane(stack.lines, stack.length);
                 run_parallel(pass_of(0), inner, from_array, plane);
                 run_parallel(pass_of(1), inner, [&] { return PlaneLines(plane); }, writer);
               }
             });
}

}  // namespace me
