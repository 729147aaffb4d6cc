#include "runs/pair_components.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "runs/row_painter.h"

namespace me {
namespace {

// Nanoseconds a pair of rows takes, about: what decides on threads. A column takes from 0.4 (a
// checkerboard) to 4.6 (noise), as runs are short.
double pair_cost(const DenseItem& item) {
  return (0.1 * double(element_bytes(item.element)) + 1) * double(item.size.width) + 60;
}

// Whether any of bits [begin, end) is set; they are not none.
inline bool any_bit(const std::uint64_t* words, std::uint32_t begin, std::uint32_t end) {
  std::uint32_t k = begin >> 6;
  const std::uint32_t last = (end - 1) >> 6;
  const std::uint64_t tail = ~std::uint64_t{0} >> (63 & -end);
  std::uint64_t word = words[k] >> (begin & 63) << (begin & 63);
  for (; k < last && word == 0; word = words[++k]) {
  }
  return (k < last ? word : word & tail) != 0;
}

// Bit x: column x or x + 1 has a pixel in one row that touches a pixel in one of these columns in
// the other.
void find_contacts(const std::uint64_t* above, const std::uint64_t* here, std::int64_t words,
                   std::uint64_t* out) {
  for (std::int64_t k = 0; k < words; k++) {
    const bool more = k + 1 < words;
    const std::uint64_t above_next = above[k] >> 1 | (more ? above[k + 1] << 63 : 0);
    const std::uint64_t here_next = here[k] >> 1 | (more ? here[k + 1] << 63 : 0);
    out[k] = (above[k] & (here[k] | here_next)) | (above_next & here[k]);
  }
}

// Calls touch(j, k) for each run k of `line` and each run j of `before` that it touches, and
// done(k) after the last of these; both in order. A contact lies between two columns that both runs
// have or that one has behind or before the other: where a run ends neither row has a pixel.
template <class Touch, class Done>
inline void for_each_contact(const Line& before, const Line& line, const std::uint64_t* contacts,
                             Touch touch, Done done) {
  const std::uint32_t* above = before.bounds.data();
  const std::uint32_t* here = line.bounds.data();
  std::int64_t j = 0;
  for (std::int64_t k = 0; k < line.n; k++) {
    const std::uint32_t begin = here[2 * k];
    const std::uint32_t end = here[2 * k + 1];
    while (above[2 * j + 1] < begin) j++;
    for (std::int64_t i = j; above[2 * i] <= end; i++) {
      const std::uint32_t first = std::max(above[2 * i], begin);
      if (any_bit(contacts, first - (first > 0 ? 1 : 0), std::min(above[2 * i + 1], end))) {
        touch(i, k);
      }
      j = i;
    }
    done(k);
  }
}

void require_room(std::int64_t labels) {
  if (labels > UINT32_MAX) {
    throw Error(ErrorKind::limit, "source", "expected fewer than 2^32 components, got more");
  }
}

}  // namespace

// Reads the rows of a strip and labels their runs.
class PairComponents::Reader {
 public:
  Reader(const PairComponents& all, Strip& strip)
      : words_(all.words_),
        width_(all.item_.size.width),
        strip_(strip),
        rows_(all.item_),
        pack_(all.item_.element, element_bytes(all.item_.element), std::nullopt),
        both_(1 + words_),
        changes_(words_),
        contacts_(words_),
        none_(words_) {
    both_[0] = 0;
    std::fill(none_.begin(), none_.end(), std::uint64_t{0});
    make_empty(before_);
  }

  void run() {
    const std::int64_t pairs = (strip_.end - strip_.begin + 1) / 2;
    strip_.bits.resize(2 * pairs * words_);
    strip_.first_labels.resize(pairs);
    for (std::int64_t k = 0; k < pairs; k++) {
      std::uint64_t* const bits = strip_.bits.data() + 2 * k * words_;
      read(strip_.begin + 2 * k, bits);
      const bool alike = k > 0 && std::equal(bits, bits + 2 * words_, bits - 2 * words_);
      // Runs of equal pairs touch those like them or none: when the first time none was new, none
      // ever is. Where the rows are equal, too, all touch.
      const bool repeats =
          alike && ((alike_ && !added_) || std::equal(bits, bits + words_, bits + words_));
      strip_.first_labels[k] = repeats ? strip_.first_labels[k - 1] : strip_.labels.size();
      if (!repeats) {
        join(bits, k > 0 ? bits - words_ : none_.data());
        if (k == 0) strip_.first = before_;
        if (k == 32) strip_.labels.reserve(strip_.labels.size() / 30 * pairs + 1024);
        strip_.labels.append(before_.labels.data(), before_.n);
      }
      alike_ = alike;
    }
    for (int i = 0; i < kernels::labels_padding; i++) strip_.labels.push_back(0);
    strip_.last = std::move(before_);
  }

 private:
  // The bits of rows y and y + 1; those of a row below the last are zero.
  void read(std::int64_t y, std::uint64_t* bits) {
    pack_(rows_.row(y), width_, bits);
    if (y + 1 < strip_.end) {
      pack_(rows_.row(y + 1), width_, bits + words_);
    } else {
      std::fill(bits + words_, bits + 2 * words_, std::uint64_t{0});
    }
  }

  // Labels the runs of a pair of rows, of which before_ is the pair before; then it is before_.
  void join(const std::uint64_t* bits, const std::uint64_t* above) {
    for (std::int64_t k = 0; k < words_; k++) both_[1 + k] = bits[k] | bits[words_ + k];
    change_kernels().edges(both_.data() + 1, words_, changes_.data());
    set_bounds(changes_.data(), words_, width_, false, line_);
    find_contacts(above, bits, words_, contacts_.data());
    label(bits);
    std::swap(before_, line_);
  }

  // New labels go to runs in the order of their first pixels: those with one in the upper row come
  // before all others.
  void label(const std::uint64_t* upper) {
    Forest& forest = strip_.forest;
    require_room(forest.size() + line_.n);
    const std::int64_t size = forest.size();
    forest.parents().grow(line_.n);
    std::uint32_t* const parents = forest.parents().data();
    std::uint32_t* const labels = line_.labels.data();
    const std::uint32_t* const bounds = line_.bounds.data();
    auto next = static_cast<std::uint32_t>(size);
    const auto add = [&](std::int64_t k) {
      parents[next] = next;
      labels[k] = next++;
    };
    std::uint32_t found = 0;
    lower_.clear();
    for_each_contact(
        before_, line_, contacts_.data(),
        [&](std::int64_t j, std::int64_t) {
          const std::uint32_t other = before_.labels[j];
          found = found == 0 || found == other ? other : Forest::merge(parents, found, other);
        },
        [&](std::int64_t k) {
          if (found != 0) {
            labels[k] = found;
          } else if (any_bit(upper, bounds[2 * k], bounds[2 * k + 1])) {
            add(k);
          } else {
            lower_.push_back(static_cast<std::uint32_t>(k));
          }
          found = 0;
        });
    for (const std::uint32_t k : lower_) add(k);
    forest.parents().truncate(next);
    added_ = next != size;
  }

  std::int64_t words_, width_;
  Strip& strip_;
  RowReader rows_;
  RowPacker pack_;
  Buffer<std::uint64_t> both_, changes_, contacts_, none_;
  Buffer<std::uint32_t> lower_;  // new runs without a pixel in the upper row
  Line line_, before_;
  bool alike_ = false, added_ = false;  // of the pair before
};

PairComponents::PairComponents(const DenseItem& item, const Exec& exec)
    : item_(item), words_(words_for(item.size.width)) {
  const std::int64_t height = item.size.area() == 0 ? 0 : item.size.height;
  const std::int64_t pairs = (height + 1) / 2;
  const std::int64_t chunks = chunk_count(exec, pairs, pair_cost(item), 4);
  strips_.resize(static_cast<std::size_t>(chunks));
  for_chunks(exec, pairs, chunks, [&](std::int64_t c, std::int64_t begin, std::int64_t end) {
    Strip& strip = strips_[static_cast<std::size_t>(c)];
    strip.begin = 2 * begin;
    strip.end = std::min(2 * end, height);
    Reader(*this, strip).run();
  });
  if (chunks == 1) {
    forest_ = std::move(strips_[0].forest);
  } else {
    join_strips();
  }
  n_ = flatten(forest_, false, false);
}

void PairComponents::join_strips() {
  for (Strip& strip : strips_) {
    strip.raise = static_cast<std::uint32_t>(forest_.size() - 1);
    require_room(forest_.size() + strip.forest.size());
    const std::int64_t n = strip.forest.size() - 1;
    std::uint32_t* parents = forest_.parents().grow(n);
    for (std::int64_t i = 0; i < n; i++) parents[i] = strip.forest.parents()[i + 1] + strip.raise;
    strip.forest = Forest();
  }
  Buffer<std::uint64_t> contacts(words_);
  std::uint32_t* const parents = forest_.parents().data();
  for (std::size_t s = 1; s < strips_.size(); s++) {
    const Strip& above = strips_[s - 1];
    const Strip& strip = strips_[s];
    find_contacts(row_bits(above, above.end - 1), row_bits(strip, strip.begin), words_,
                  contacts.data());
    for_each_contact(
        above.last, strip.first, contacts.data(),
        [&](std::int64_t j, std::int64_t k) {
          Forest::merge(parents, above.last.labels[j] + above.raise,
                        strip.first.labels[k] + strip.raise);
        },
        [](std::int64_t) {});
  }
}

// Writes the rows of a strip.
class PairComponents::Painter {
 public:
  Painter(const PairComponents& all, const Strip& strip)
      : words_(all.words_),
        width_(all.item_.size.width),
        strip_(strip),
        final_(all.forest_.parents().data() + strip.raise),
        both_(1 + words_),
        changes_(words_) {
    both_[0] = 0;
  }

  void run(RowPainter& painter) {
    for (std::int64_t y = strip_.begin; y < strip_.end; y++) {
      const std::uint64_t* bits = strip_.bits.data() + (y - strip_.begin) * words_;
      // A row like the one above it is of the same components, pixel by pixel.
      if (y > strip_.begin && std::equal(bits, bits + words_, bits - words_)) {
        painter.repeat(y);
        continue;
      }
      const std::int64_t pair = (y - strip_.begin) / 2;
      find_runs(pair);
      const std::uint32_t* labels = strip_.labels.data() + strip_.first_labels[pair];
      painter.paint({changes_.data(), width_, labels, final_, true, bits}, y);
    }
  }

 private:
  void find_runs(std::int64_t pair) {
    if (pair == pair_) return;
    pair_ = pair;
    const std::uint64_t* bits = strip_.bits.data() + 2 * pair * words_;
    for (std::int64_t k = 0; k < words_; k++) both_[1 + k] = bits[k] | bits[words_ + k];
    change_kernels().edges(both_.data() + 1, words_, changes_.data());
  }

  std::int64_t words_, width_;
  const Strip& strip_;
  const std::uint32_t* final_;
  Buffer<std::uint64_t> both_, changes_;
  std::int64_t pair_ = -1;  // whose runs changes_ has
};

void PairComponents::paint(char* out, std::int64_t bytes, std::int64_t row_stride,
                           std::int64_t column_stride, const Exec& exec) const {
  const auto n = static_cast<std::int64_t>(strips_.size());
  for_chunks(exec, n, n, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    for (std::int64_t s = begin; s < end; s++) {
      RowPainter painter(out, item_.size, bytes, row_stride, column_stride);
      Painter(*this, strips_[static_cast<std::size_t>(s)]).run(painter);
    }
  });
}

}  // namespace me
