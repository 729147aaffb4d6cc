#include "ops/frame_stats/frame_stats.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "base/numbering.h"
#include "base/parallel.h"
#include "base/sort_polling.h"
#include "runs/bit_scan.h"
#include "runs/bits.h"
#include "runs/label_contacts.h"
#include "runs/regions.h"
#include "runs/row_changes.h"
#include "runs/row_lines.h"

namespace me::cpu {
namespace {

// The value of bits of a type, as 64 bits.
std::uint64_t extended(std::uint64_t bits, Element element) {
  switch (element) {
    case Element::i8:
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int8_t>(bits)});
    case Element::i16:
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int16_t>(bits)});
    case Element::i32:
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(bits)});
    default:
      return bits;
  }
}

struct LabelSums {
  std::int64_t area = 0, components = 0, largest = 0, boundary = 0;
  std::int64_t left = INT64_MAX, top = INT64_MAX, right = 0, bottom = 0;
};

// One map, row by row.
class Frame {
 public:
  Frame(const DenseItem& map, const std::int64_t* voids, std::int64_t n_voids, bool corners)
      : map_(map), lines_(map, true), reader_(map), words_(words_for(map.size.width)) {
    joining_.corners = corners;
    void_.append(voids, n_voids);
    buffers_.resize(4 * words_);
    std::fill(buffers_.begin(), buffers_.end(), std::uint64_t{0});
    if (!reader_.direct()) kept_.resize(map.size.width * element_bytes(map.element));
    if (map.size.area() == 0) return;
    read();
    gather();
  }

  std::int64_t void_pixels = 0;
  PairSums pairs;
  Buffer<LabelSums> sums;  // by number
  const Buffer<std::uint64_t>& labels() const { return labels_.values(); }

 private:
  // Runs of a row, their numbers, and which of its pixels differ from their neighbours.
  struct Row {
    Line line;
    Buffer<std::uint32_t> numbers;
    std::uint64_t* edges = nullptr;
  };

  static NumberedRow numbered(const Row& row) {
    return {row.line.bounds.data(), row.numbers.data(), row.line.n};
  }

  void read() {
    Row rows[2];
    make_empty(rows[0].line);
    Row* before = &rows[0];
    Row* row = &rows[1];
    before->edges = buffers_.data();
    row->edges = buffers_.data() + words_;
    std::uint64_t* const changes = buffers_.data() + 2 * words_;
    std::uint64_t* const vertical = buffers_.data() + 3 * words_;
    for (std::int64_t y = 0; y < map_.size.height; y++) {
      lines_.find_changes(y, changes);
      changes[0] |= 1;  // a row begins with a run, of 0 too
      const bool differs = y > 0 && compare_with_above(y, vertical);
      if (y > 0 && !differs) {
        std::swap(before->line, row->line);  // the same runs; their numbers and values stay
        std::swap(before->numbers, row->numbers);
        finish(numbered(*row), before->edges);
        set_edges(changes, nullptr, row->edges);
        add_contacts_along(numbered(*row), sums.size(), pairs);
        repeat_line(row->line, true, joining_, y, forest_);
      } else {
        lines_.set_runs(y, changes, row->line);
        number(*row);
        if (y > 0) {
          for (std::int64_t k = 0; k < words_; k++) before->edges[k] |= vertical[k];
          finish(numbered(*before), before->edges);
        }
        set_edges(changes, y > 0 ? vertical : nullptr, row->edges);
        add_contacts_along(numbered(*row), sums.size(), pairs);
        add_contacts_across(numbered(*before), numbered(*row), false, sums.size(), pairs);
        join_line(before->line, row->line, true, joining_, y, 1, forest_);
      }
      std::swap(before, row);
      poll(200 * static_cast<double>(before->line.n));
    }
    finish(numbered(*before), before->edges);
  }

  // Whether row y differs from the one above; sets where.
  bool compare_with_above(std::int64_t y, std::uint64_t* vertical) {
    const std::int64_t bytes = element_bytes(map_.element);
    const auto differ = change_kernels().differ[width_index(bytes)];
    const std::int64_t width = map_.size.width;
    if (reader_.direct()) {
      differ(reader_.row(y), reader_.row(y - 1), width, vertical);
    } else {
      const char* above = reader_.row(y - 1);
      std::copy(above, above + width * bytes, kept_.data());
      differ(reader_.row(y), kept_.data(), width, vertical);
    }
    std::uint64_t any = 0;
    for (std::int64_t k = 0; k < words_; k++) any |= vertical[k];
    return any != 0;
  }

  // Values of a line become numbers plus one; 0 is void.
  void number(Row& row) {
    Line& line = row.line;
    if (row.numbers.size() < line.n) row.numbers.resize(2 * line.n);
    for (std::int64_t k = 0; k < line.n; k++) {
      const std::uint64_t value = extended(line.values[k], map_.element);
      const bool is_void =
          std::find(void_.begin(), void_.end(), static_cast<std::int64_t>(value)) != void_.end();
      row.numbers[k] = is_void ? NumberedRow::none : labels_.number_of(value);
      line.values[k] = is_void ? 0 : std::uint64_t{row.numbers[k]} + 1;
    }
    sums.reserve(labels_.values().size());
    while (sums.size() < labels_.values().size()) sums.push_back(LabelSums{});
  }

  // Pixels that differ from the one to the left, to the right, or (vertical) above.
  void set_edges(const std::uint64_t* changes, const std::uint64_t* vertical,
                 std::uint64_t* edges) const {
    for (std::int64_t k = 0; k < words_; k++) {
      const std::uint64_t left = k == 0 ? changes[0] & ~std::uint64_t{1} : changes[k];
      const std::uint64_t next = k + 1 < words_ ? changes[k + 1] << 63 : 0;
      edges[k] = left | left >> 1 | next | (vertical != nullptr ? vertical[k] : 0);
    }
  }

  // Adds a row of which all edges are known to the boundaries of its labels.
  void finish(const NumberedRow& row, const std::uint64_t* edges) {
    for (std::int64_t k = 0; k < row.n; k++) {
      const std::int64_t begin = row.bounds[k];
      const std::int64_t end = row.bounds[k + 1];
      if (row.numbers[k] == NumberedRow::none) {
        void_pixels += end - begin;
        continue;
      }
      sums[row.numbers[k]].boundary += count_bits(edges, begin, end);
    }
  }

  static std::int64_t count_bits(const std::uint64_t* words, std::int64_t begin, std::int64_t end) {
    const std::int64_t last = (end - 1) / 64;
    std::int64_t k = begin / 64;
    const std::uint64_t tail = kernels::tail_mask(end);
    std::uint64_t word = words[k] & ~std::uint64_t{0} << begin % 64;
    std::int64_t n = 0;
    for (; k < last; word = words[++k]) n += set_bits(word);
    return n + set_bits(word & tail);
  }

  static std::int64_t set_bits(std::uint64_t word) {
    std::int64_t n = 0;
    if ((word & (word - 1)) == 0) return word != 0;
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
    n = static_cast<std::int64_t>(word * 0x0101010101010101 >> 56);
    return n;
  }

  // Adds components to their labels.
  void gather() {
    const std::int64_t n = flatten(forest_, true, true);
    for (std::int64_t c = 1; c <= n; c++) {
      poll(10);
      const Sums& found = forest_.sums()[c];
      LabelSums& sum = sums[static_cast<std::int64_t>(forest_.values()[c] - 1)];
      const auto area = static_cast<std::int64_t>(found.area);
      sum.area += area;
      sum.components++;
      sum.largest = std::max(sum.largest, area);
      sum.left = std::min<std::int64_t>(sum.left, found.along_begin());
      sum.right = std::max<std::int64_t>(sum.right, found.along_end);
      sum.top = std::min<std::int64_t>(sum.top, found.line_begin);
      sum.bottom = std::max<std::int64_t>(sum.bottom, found.line_end);
    }
  }

  DenseItem map_;
  RowLines lines_;
  RowReader reader_;  // lines_ has one of its own, which may be at another block of rows
  std::int64_t words_;
  Joining joining_;
  Buffer<std::int64_t> void_;
  Buffer<std::uint64_t> buffers_;
  Buffer<char> kept_;
  Numbering labels_;
  Forest forest_;
};

// Adds a frame behind the others, its labels sorted.
void append(const Frame& frame, Size size, bool is_signed, FrameStats& out) {
  const Buffer<std::uint64_t>& labels = frame.labels();
  const std::uint64_t flip = is_signed ? std::uint64_t{1} << 63 : 0;
  std::vector<std::uint32_t> order(static_cast<std::size_t>(labels.size()));
  std::iota(order.begin(), order.end(), 0u);
  sort_polling(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return (labels[a] ^ flip) < (labels[b] ^ flip);
  });
  for (const std::uint32_t k : order) {
    const LabelSums& sum = frame.sums[k];
    out.labels.push_back(labels[k]);
    out.area.push_back(sum.area);
    out.components.push_back(sum.components);
    out.largest.push_back(sum.largest);
    out.boundary.push_back(sum.boundary);
    const std::int64_t box[4] = {sum.left, sum.top, sum.right - sum.left, sum.bottom - sum.top};
    out.boxes.append(box, 4);
    out.touches_border.push_back(sum.left == 0 || sum.top == 0 || sum.right == size.width ||
                                 sum.bottom == size.height);
  }
  struct Pair {
    std::uint64_t a, b;
    std::int64_t edges;
  };
  Buffer<Pair> pairs;
  frame.pairs.for_each([&](std::uint32_t a, std::uint32_t b, const PairSums::Sum& sum) {
    Pair row{labels[a], labels[b], sum.edges};
    if ((row.b ^ flip) < (row.a ^ flip)) std::swap(row.a, row.b);
    pairs.push_back(row);
  });
  sort_polling(pairs.begin(), pairs.end(), [flip](const Pair& p, const Pair& q) {
    return p.a != q.a ? (p.a ^ flip) < (q.a ^ flip) : (p.b ^ flip) < (q.b ^ flip);
  });
  for (const Pair& pair : pairs) {
    out.pair_labels.push_back(pair.a);
    out.pair_labels.push_back(pair.b);
    out.edges.push_back(pair.edges);
  }
  out.void_pixels.push_back(frame.void_pixels);
  out.label_offsets.push_back(out.labels.size());
  out.pair_offsets.push_back(out.edges.size());
}

bool has_sign(Element element) {
  return element == Element::i8 || element == Element::i16 || element == Element::i32 ||
         element == Element::i64;
}

template <class T>
void join(Buffer<T>& all, const Buffer<T>& part) {
  all.append(part.data(), part.size());
}

void join_offsets(Buffer<std::int64_t>& all, const Buffer<std::int64_t>& part) {
  const std::int64_t base = all.back();
  for (std::int64_t k = 1; k < part.size(); k++) all.push_back(base + part[k]);
}

void append(FrameStats& all, const FrameStats& part) {
  join_offsets(all.label_offsets, part.label_offsets);
  join_offsets(all.pair_offsets, part.pair_offsets);
  join(all.void_pixels, part.void_pixels);
  join(all.labels, part.labels);
  join(all.area, part.area);
  join(all.components, part.components);
  join(all.largest, part.largest);
  join(all.boundary, part.boundary);
  join(all.boxes, part.boxes);
  join(all.touches_border, part.touches_border);
  join(all.pair_labels, part.pair_labels);
  join(all.edges, part.edges);
}

FrameStats empty_stats() {
  FrameStats stats;
  stats.label_offsets.push_back(0);
  stats.pair_offsets.push_back(0);
  return stats;
}

}  // namespace

FrameStats frame_stats(const MaskView* maps, std::int64_t n, const std::int64_t* voids,
                       std::int64_t n_voids, bool corners, const Exec& exec) {
  double bytes = 0;
  for (std::int64_t i = 0; i < n; i++) {
    bytes +=
        double(element_bytes(maps[i].element)) * double(maps[i].height) * double(maps[i].width);
  }
  const std::int64_t chunks = chunk_count(exec, n, n > 0 ? 200 + 0.2 * bytes / double(n) : 0);
  std::vector<FrameStats> parts(static_cast<std::size_t>(std::max<std::int64_t>(chunks, 1)));
  for_chunks(exec, n, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    FrameStats found = empty_stats();
    for (std::int64_t i = begin; i < end; i++) {
      const Frame frame(item_of(maps[i], 0), voids, n_voids, corners);
      append(frame, {maps[i].height, maps[i].width}, has_sign(maps[i].element), found);
    }
    parts[static_cast<std::size_t>(c)] = std::move(found);
  });
  FrameStats all = std::move(parts[0]);
  for (std::size_t c = 1; c < parts.size(); c++) append(all, parts[c]);
  return all;
}

}  // namespace me::cpu
