#include "ops/joint/match_segments.h"

#include <algorithm>
#include <vector>

#include "base/numbering.h"

namespace me::cpu {
namespace {

using Longs = std::vector<std::int64_t>;

std::size_t place(std::int64_t i) { return static_cast<std::size_t>(i); }

// The segment of each row's label, or -1 for void; `strange` is the first row of another label.
Longs segments_of(const SharedPixels& shared, int column, const SegmentList& listed,
                  std::int64_t void_label, std::int64_t& strange) {
  Numbering numbers;
  for (std::int64_t i = 0; i < listed.n; i++) {
    numbers.number_of(static_cast<std::uint64_t>(listed.ids[i]));
  }
  Longs out(place(shared.rows));
  for (std::int64_t row = 0; row < shared.rows; row++) {
    const std::int64_t label = shared.labels[2 * row + column];
    out[place(row)] = numbers.find_number(static_cast<std::uint64_t>(label));
    if (out[place(row)] < 0 && label != void_label) {
      strange = row;
      break;
    }
  }
  return out;
}

// Pixels of each segment, and of each of the prediction those on void.
struct Areas {
  Longs reference, prediction, on_void;

  Areas(std::int64_t ours, std::int64_t theirs)
      : reference(place(ours)), prediction(place(theirs)), on_void(place(theirs)) {}

  void add(std::int64_t g, std::int64_t p, std::int64_t of_g, std::int64_t of_p) {
    if (g >= 0) reference[place(g)] += of_g;
    if (p >= 0) prediction[place(p)] += of_p;
    if (p >= 0 && g < 0) on_void[place(p)] += of_p;
  }

  double iou(std::int64_t g, std::int64_t p, std::int64_t common) const {
    const std::int64_t all =
        prediction[place(p)] + reference[place(g)] - common - on_void[place(p)];
    return all > 0 ? double(common) / double(all) : 1.0;
  }
};

class Matcher {
 public:
  Matcher(const SharedPixels& shared, const SegmentList& reference, const SegmentList& prediction,
          const Longs& gs, const Longs& ps)
      : shared_(shared),
        reference_(reference),
        prediction_(prediction),
        gs_(gs),
        ps_(ps),
        areas_(reference.n, prediction.n),
        bands_(shared.bands ? reference.n : 0, shared.bands ? prediction.n : 0),
        hit_g_(place(reference.n)),
        hit_p_(place(prediction.n)) {
    for (std::int64_t row = 0; row < shared_.rows; row++) {
      const std::int64_t pixels = shared_.pixels[row];
      areas_.add(g(row), p(row), pixels, pixels);
      if (shared_.bands == nullptr) continue;
      bands_.add(g(row), p(row), shared_.bands[3 * row], shared_.bands[3 * row + 1]);
    }
  }

  // The first segment of the prediction without a pixel, or -1.
  std::int64_t without_pixels() const {
    const auto at = std::find(areas_.prediction.begin(), areas_.prediction.end(), 0);
    return at == areas_.prediction.end() ? -1 : at - areas_.prediction.begin();
  }

  void count(SegmentMatches& out) {
    Longs forgiven = areas_.on_void;
    for (std::int64_t row = 0; row < shared_.rows; row++) {
      const std::int64_t i = g(row);
      const std::int64_t j = p(row);
      if (i < 0 || j < 0 || reference_.category[i] != prediction_.category[j]) continue;
      if (is_crowd(i)) {
        forgiven[place(j)] += shared_.pixels[row];
      } else {
        match(row, out);
      }
    }
    for (std::int64_t i = 0; i < reference_.n; i++) {
      if (!hit_g_[place(i)] && !is_crowd(i)) out.fn[reference_.category[i]]++;
    }
    for (std::int64_t j = 0; j < prediction_.n; j++) {
      const double part = double(forgiven[place(j)]) / double(areas_.prediction[place(j)]);
      if (!hit_p_[place(j)] && !(part > 0.5)) out.fp[prediction_.category[j]]++;
    }
  }

 private:
  std::int64_t g(std::int64_t row) const { return gs_[place(row)]; }
  std::int64_t p(std::int64_t row) const { return ps_[place(row)]; }
  bool is_crowd(std::int64_t i) const { return reference_.crowd != nullptr && reference_.crowd[i]; }

  void match(std::int64_t row, SegmentMatches& out) {
    double iou = areas_.iou(g(row), p(row), shared_.pixels[row]);
    if (shared_.bands != nullptr) {
      iou = std::min(iou, bands_.iou(g(row), p(row), shared_.bands[3 * row + 2]));
    }
    if (!(iou > 0.5)) return;
    hit_g_[place(g(row))] = hit_p_[place(p(row))] = 1;
    const std::int64_t category = reference_.category[g(row)];
    const auto units = static_cast<std::int64_t>(iou * double(std::int64_t{1} << 53));
    out.tp[category]++;
    out.iou_units[2 * category] += units >> iou_low_bits;
    out.iou_units[2 * category + 1] += units & ((std::int64_t{1} << iou_low_bits) - 1);
  }

  const SharedPixels& shared_;
  const SegmentList& reference_;
  const SegmentList& prediction_;
  const Longs& gs_;
  const Longs& ps_;
  Areas areas_, bands_;
  std::vector<char> hit_g_, hit_p_;
};

}  // namespace

SegmentMatches match_segments(const SharedPixels& shared, const SegmentList& reference,
                              const SegmentList& prediction, std::int64_t void_label,
                              std::int64_t categories) {
  SegmentMatches out;
  const Longs gs = segments_of(shared, 0, reference, void_label, out.strange_reference);
  if (out.strange_reference >= 0) return out;
  const Longs ps = segments_of(shared, 1, prediction, void_label, out.strange_prediction);
  if (out.strange_prediction >= 0) return out;
  Matcher matcher(shared, reference, prediction, gs, ps);
  out.without_pixels = matcher.without_pixels();
  if (out.without_pixels >= 0) return out;
  for (Buffer<std::int64_t>* column : {&out.tp, &out.fp, &out.fn, &out.iou_units}) {
    const std::int64_t n = column == &out.iou_units ? 2 * categories : categories;
    column->resize(n);
    std::fill(column->begin(), column->end(), 0);
  }
  matcher.count(out);
  return out;
}

}  // namespace me::cpu
