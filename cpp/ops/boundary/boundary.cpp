#include "ops/boundary/boundary.h"

#include "base/parallel.h"
#include "runs/collect.h"
#include "runs/merge.h"
#include "runs/morphology.h"
#include "runs/packed_lines.h"

namespace me::cpu {
namespace {

Morphology step_of(const BandRule& rule, Step step) {
  return {{step, step}, 1, rule.reach, !rule.from_edge};
}

void append_boundary(const RunList& runs, const BandRule& rule, const Exec& exec,
                     Buffer<std::uint32_t>& counts) {
  Buffer<std::uint32_t> grown;
  Buffer<std::uint32_t> shrunk;
  if (rule.side != BandSide::inner) {
    append_morphology(step_of(rule, Step::dilate), runs, exec, grown);
  }
  if (rule.side != BandSide::outer) {
    append_morphology(step_of(rule, Step::erode), runs, exec, shrunk);
  }
  const RunList with = {grown.data(), grown.size(), runs.size};
  const RunList without = {shrunk.data(), shrunk.size(), runs.size};
  merge_runs<Subtract>(rule.side == BandSide::inner ? runs : with,
                       rule.side == BandSide::outer ? runs : without, counts);
}

// Takes the lines of an erosion or dilation and passes on what it took away or added.
class Changed final : public LineSink {
 public:
  Changed(LineSource& before, std::int64_t length, LineSink& sink)
      : before_(before), sink_(sink), line_(words_for(length)) {}

  void write(std::int64_t line, const std::uint64_t* words) override {
    before_.read(line, line_.data());
    for (std::int64_t k = 0; k < line_.size(); k++) line_[k] ^= words[k];
    sink_.write(line, line_.data());
  }

 private:
  LineSource& before_;
  LineSink& sink_;
  Buffer<std::uint64_t> line_;
};

// Of lines that several may read at a time, each through a copy of the source.
struct LineBoundary {
  const BandRule& rule;
  LineStack stack;
  Footprint footprint;

  template <class Lines>
  void change(Step step, const Lines& lines, LineSink& sink, std::int64_t begin,
              std::int64_t end) const {
    Lines source = lines;
    Lines before = lines;
    Changed changed(before, stack.length, sink);
    if (step == Step::dilate) {
      dilate_lines(stack, footprint, {}, begin, end, source, changed);
      return;
    }
    const bool set = rule.from_edge;
    InvertedLines inverted(source, stack.length);
    InvertedSink back(changed, stack.length);
    dilate_lines(stack, footprint, {set, set, set, set}, begin, end, inverted, back);
  }

  template <class Lines>
  void run(const Lines& lines, LineSink& sink, std::int64_t begin, std::int64_t end) const {
    if (rule.side == BandSide::inner) return change(Step::erode, lines, sink, begin, end);
    if (rule.side == BandSide::outer) return change(Step::dilate, lines, sink, begin, end);
    BitPlane inner(stack.lines, stack.length);
    change(Step::erode, lines, inner, begin, end);
    Changed both(inner, stack.length, sink);  // no pixel is on both sides
    change(Step::dilate, lines, both, begin, end);
  }
};

}  // namespace

Runs boundary(const RunsView& masks, const BandRule& rule, const Exec& exec) {
  double pixels = 0;
  for (std::int64_t i = 0; i < masks.n; i++) pixels += double(masks.size(i).area());
  const double each = masks.n == 0 ? 0 : pixels / double(masks.n);
  return collect(masks.n == 1 ? Exec{} : exec, masks.n, 500 + morphology_cost(rule.reach, each),
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   append_boundary(masks[i], rule, masks.n == 1 ? exec : Exec{}, counts);
                   return masks.size(i);
                 });
}

std::optional<PackedMasks> boundary(const PackedView& masks, const BandRule& rule,
                                    const Exec& exec) {
  if (any_is_flat(masks)) return std::nullopt;
  PackedMasks out(masks.sizes, masks.n);
  const double cost = 1000 + 2 * morphology_cost(rule.reach, 64 * masks.mean_words());
  for_ranges(exec, masks.n, cost, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; i++) {
      const Size size = masks.size(i);
      if (size.area() == 0) continue;
      const LineBoundary work{rule,
                              {size.width, size.height},
                              footprint_of_columns(rule.reach, size.height, size.width)};
      PackedLineWriter writer(out.mask(i), size);
      work.run(PackedLines(masks.mask(i), size), writer, 0, size.width);
    }
  });
  return out;
}

void boundary(const MaskView& masks, const MutableMaskView& out, const BandRule& rule,
              const Exec& exec) {
  if (masks.height == 0 || masks.width == 0) return;
  const bool columns = LineLayout(masks).columns;
  const LineStack stack =
      columns ? LineStack{masks.width, masks.height} : LineStack{masks.height, masks.width};
  require_bits(stack, "masks");
  const LineBoundary work{rule, stack,
                          columns ? footprint_of_columns(rule.reach, masks.height, masks.width)
                                  : footprint_of_rows(rule.reach, masks.height, masks.width)};
  const double pixels = double(masks.height) * double(masks.width);
  for_ranges(exec, masks.n, 1000 + morphology_cost(rule.reach, pixels),
             [&](std::int64_t first, std::int64_t last) {
               for (std::int64_t i = first; i < last; i++) {
                 ArrayLineWriter writer(out, i, columns);
                 work.run(ArrayLines(masks, i, columns), writer, 0, stack.lines);
               }
             });
}

void boundary(const LabelRows& labels, const MutableMaskView& out, const BandRule& rule,
              const Exec& exec) {
  if (labels.height == 0 || labels.width == 0) return;
  require_bits({labels.height, labels.width}, "masks");
  ArrayLineWriter writer(out, 0, false);
  for_ranges(
      exec, labels.height, label_band_cost(labels, rule.reach),
      [&](std::int64_t begin, std::int64_t end) { label_band(labels, rule, begin, end, writer); });
}

}  // namespace me::cpu
