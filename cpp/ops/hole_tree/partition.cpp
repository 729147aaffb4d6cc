#include "ops/hole_tree/partition.h"

#include <algorithm>

#include "base/poll_some.h"
#include "runs/columns.h"

namespace me::cpu {

namespace {

// A stretch of so many equal lines.
Region part_of(std::uint32_t begin, std::uint32_t end, std::int64_t number, std::int64_t lines) {
  Region part;
  part.area = std::uint64_t{end - begin} * static_cast<std::uint64_t>(lines);
  part.along_begin = begin;
  part.along_end = end;
  part.line_begin = part.lowest_line = static_cast<std::uint32_t>(number);
  part.line_end = static_cast<std::uint32_t>(number + lines);
  return part;
}

}  // namespace

void Region::add(const Region& other) {
  area += other.area;
  if (other.along_begin < along_begin ||
      (other.along_begin == along_begin && other.lowest_line < lowest_line)) {
    along_begin = other.along_begin;
    lowest_line = other.lowest_line;
  }
  along_end = std::max(along_end, other.along_end);
  line_begin = std::min(line_begin, other.line_begin);
  line_end = std::max(line_end, other.line_end);
}

void Partition::Stretches::restart(std::int64_t room) {
  n = 0;
  if (begins.size() > room) return;
  begins.resize(room + room / 2 + 16);
  values.resize(begins.size());
  labels.resize(begins.size());
}

bool Partition::Stretches::equals(const Stretches& other) const {
  return n == other.n && std::equal(begins.begin(), begins.begin() + n, other.begins.begin()) &&
         std::equal(values.begin(), values.begin() + n, other.values.begin());
}

Partition::Partition(const DenseItem& item, bool valued, bool corners, bool linked)
    : corners_(corners), linked_(linked) {
  parents_.push_back(0);
  regions_.push_back(Region{});
  const std::int64_t height = item.size.area() == 0 ? 0 : item.size.height;
  RowLines rows(item, valued);
  Buffer<std::uint64_t> changes(rows.words());
  Line line;
  line_.end = before_.end = static_cast<std::uint32_t>(item.size.width);
  std::int64_t repeats = 0;  // rows in a row that are as before_
  for (std::int64_t y = 0; y < height; y++) {
    if (y == 64) {  // room for those to come is guessed from those before
      const std::int64_t wanted = regions_.size() / 60 * height;
      regions_.reserve(wanted);
      parents_.reserve(wanted);
    }
    rows.read(y, changes.data(), line);
    const std::int64_t changes_of_row = valued ? line.n : 2 * line.n;
    line_.restart(changes_of_row + 1);
    if (changes_of_row == 0 || line.bounds[0] > 0) line_.add(0, 0);
    for (std::int64_t k = 0; k < changes_of_row; k++) {
      if (line.bounds[k] == line_.end) break;  // the last run ends with the row
      line_.add(line.bounds[k], valued ? line.values[k] : (k + 1) % 2);
    }
    const bool at_edge = y == 0 || y + 1 == height;
    if (!at_edge && line_.equals(before_)) {
      repeats++;
      continue;
    }
    if (repeats > 0) repeat(y - repeats, repeats);
    repeats = 0;
    join(y, 1, at_edge);
  }
  finish();
}

// Gathers the stretches of columns, which come as blocks of foreground.
class Partition::Columns {
 public:
  Columns(Partition& out, Size size) : out_(out), size_(size) {
    out_.line_.end = out_.before_.end = static_cast<std::uint32_t>(size.height);
    start(0, 0);
  }

  void block(std::int64_t x, std::int64_t x_end, std::int64_t y0, std::int64_t y1) {
    if (x != x_ || x_end != x_end_) {
      end_line();
      if (x > x_end_) {
        start(x_end_, x);
        end_line();
      }
      start(x, x_end);
    }
    Stretches& line = out_.line_;
    if (line.begins.size() <= line.n + 2) grow(line);
    if (y0 > y_) {
      line.add(static_cast<std::uint32_t>(y_), 0);
      line.add(static_cast<std::uint32_t>(y0), 1);
    } else if (line.n == 0) {
      line.add(0, 1);
    }
    y_ = y1;
  }

  void finish() {
    end_line();
    if (x_end_ == size_.width) return;
    start(x_end_, size_.width);
    end_line();
  }

 private:
  static void grow(Stretches& line) {
    const std::int64_t room = 2 * line.begins.size() + 16;
    line.begins.resize(room);
    line.values.resize(room);
    line.labels.resize(room);
  }

  void start(std::int64_t x, std::int64_t x_end) {
    x_ = x;
    x_end_ = x_end;
    y_ = 0;
    out_.line_.restart(2);
  }

  void end_line() {
    if (x_ == x_end_) return;
    if (y_ < size_.height) out_.line_.add(static_cast<std::uint32_t>(y_), 0);
    out_.join(x_, x_end_ - x_, x_ == 0 || x_end_ == size_.width);
  }

  Partition& out_;
  Size size_;
  std::int64_t x_ = 0, x_end_ = 0;
  std::int64_t y_ = 0;  // where the last foreground of the column ends
};

Partition::Partition(const RunList& runs, bool corners) : corners_(corners), linked_(false) {
  parents_.push_back(0);
  regions_.push_back(Region{});
  if (runs.size.area() > 0) {
    Columns columns(*this, runs.size);
    for_each_block(runs, [&columns](std::int64_t x, std::int64_t x_end, std::int64_t y0,
                                    std::int64_t y1) { columns.block(x, x_end, y0, y1); });
    columns.finish();
  }
  finish();
}

void Partition::link(std::uint32_t a, std::uint32_t b) {
  if (a == b) return;
  if (!links_.empty() && links_.back().a == a && links_.back().b == b) return;
  links_.push_back({a, b});
}

void Partition::repeat(std::int64_t number, std::int64_t lines) {
  for (std::int64_t k = 0; k < before_.n; k++) {
    regions_[before_.labels[k]].add(
        part_of(before_.begins[k], before_.begins[k + 1], number, lines));
  }
}

void Partition::join(std::int64_t number, std::int64_t lines, bool at_edge) {
  if (regions_.size() + line_.n > UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 regions, got more");
  }
  line_.begins[line_.n] = line_.end;
  std::int64_t first = 0;
  for (std::int64_t k = 0; k < line_.n; k++) {
    const std::uint32_t begin = line_.begins[k];
    const std::uint32_t end = line_.begins[k + 1];
    const bool outside = at_edge || k == 0 || k + 1 == line_.n;
    std::uint32_t label = join_stretch(k, first, outside);
    const std::uint32_t left = k == 0 ? 0 : line_.labels[k - 1];
    if (label == UINT32_MAX) {
      label = static_cast<std::uint32_t>(regions_.size());
      parents_.push_back(label);
      Region region;
      region.value = line_.values[k];
      region.along_begin = region.first_along = begin;
      region.line_begin = region.lowest_line = static_cast<std::uint32_t>(number);
      region.before = left;
      regions_.push_back(region);
    }
    line_.labels[k] = label;
    regions_[label].add(part_of(begin, end, number, lines));
    if (linked_) {
      link(left, label);
      if (outside) link(0, label);
    }
  }
  std::swap(before_, line_);
}

// The label of stretch k from what it touches in the line before, or UINT32_MAX.
std::uint32_t Partition::join_stretch(std::int64_t k, std::int64_t& first, bool outside) {
  const std::uint64_t value = line_.values[k];
  const std::uint32_t begin = line_.begins[k];
  const std::uint32_t end = line_.begins[k + 1];
  const std::uint32_t reach = (value == 0) != corners_ ? 1 : 0;
  const std::uint32_t way = corners_ ? 0 : 1;
  const std::uint32_t* above = before_.begins.data();
  std::uint32_t label = value == 0 && outside ? 0 : UINT32_MAX;
  while (first < before_.n && above[first + 1] < begin) first++;
  for (std::int64_t i = first; i < before_.n && above[i] <= end; i++) {
    const auto touches = [&](std::uint32_t by) {
      return above[i + 1] + by > begin && above[i] < end + by;
    };
    if (before_.values[i] != value || !touches(reach)) continue;
    const std::uint32_t other = before_.labels[i];
    if (label == UINT32_MAX) {
      label = other;
    } else if (label != other) {
      std::uint32_t* const p = parents_.data();
      std::uint32_t a = label;
      std::uint32_t b = other;
      label = Forest::merge(p, a, b);
    }
  }
  if (!linked_) return label;
  // Links need the label of the stretch, which may be a new one.
  const std::uint32_t own =
      label == UINT32_MAX ? static_cast<std::uint32_t>(regions_.size()) : label;
  for (std::int64_t i = first; i < before_.n && above[i] <= end; i++) {
    const bool near = above[i + 1] + way > begin && above[i] < end + way;
    if (near && before_.labels[i] != own) link(before_.labels[i], own);
  }
  return label;
}

void Partition::finish() {
  std::uint32_t* const p = parents_.data();
  std::uint32_t n = 0;
  for (std::int64_t i = 0; i < regions_.size(); i++) {
    poll_some(i, 10);
    if (p[i] != i) {
      p[i] = p[p[i]];  // parents are smaller, so they have their number
      regions_[p[i]].add(regions_[i]);
    } else {
      p[i] = n;
      if (n != i) regions_[n] = regions_[i];
      n++;
    }
  }
  regions_.truncate(n);
  for (std::int64_t i = 1; i < n; i++) regions_[i].before = p[regions_[i].before];
  std::int64_t kept = 0;
  for (const Link& one : links_) {
    const Link link{p[one.a], p[one.b]};
    if (link.a != link.b) links_[kept++] = link;
  }
  links_.truncate(kept);
  parents_ = {};
}

}  // namespace me::cpu
