#include "ops/tile/tile.h"

#include <algorithm>
#include <string>

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/parallel.h"
#include "runs/bit_writer.h"
#include "runs/builder.h"
#include "runs/collect.h"
#include "runs/columns.h"
#include "runs/copy.h"
#include "runs/cursor.h"
#include "runs/span_writer.h"

namespace me::cpu {
namespace {

// Rows [begin, end) of the columns [x, x_end): of one column, or whole columns.
struct Piece {
  std::int64_t x, x_end, begin, end;
};

void collect_pieces(const RunList& runs, Buffer<Piece>& pieces) {
  for_each_block(runs, [&pieces](std::int64_t x0, std::int64_t x1, std::int64_t y0,
                                 std::int64_t y1) { pieces.push_back({x0, x1, y0, y1}); });
}

void check_side(std::int64_t side, const char* parameter, std::int64_t item) {
  if (side > max_side) {
    throw Error(
        ErrorKind::limit, parameter,
        "expected a result with sides of at most 2147483647 pixels, got " + std::to_string(side),
        item);
  }
}

// Appends the runs of masks one after the other, copying them; false, and `counts` unchanged, where
// a run of length zero is in the way.
bool append_copies(const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts) {
  const std::int64_t start = counts.size();
  for (std::int64_t m = 0; m < k; m++) {
    const RunList& runs = masks[m];
    if (runs.size.area() == 0) continue;
    const std::int64_t written = counts.size() - start;
    std::int64_t first =
        runs.n > 1 && runs.counts[0] == 0 ? 1 : 0;  // an empty first run is left out
    if (written == 0) {
      if (first == 1) counts.push_back(0);
    } else if (((written - 1) & 1) == first) {  // it goes on with the value at the end
      const std::uint64_t sum = std::uint64_t{counts.back()} + runs.counts[first++];
      if (sum > UINT32_MAX) {
        counts.truncate(start);
        return false;
      }
      counts.back() = static_cast<std::uint32_t>(sum);
    }
    if (!copy_nonzero(runs.counts + first, runs.n - first, counts.grow(runs.n - first))) {
      counts.truncate(start);
      return false;
    }
  }
  if (counts.size() == start) counts.push_back(0);
  return true;
}

void append_beside(const RunList* masks, std::int64_t k, Buffer<std::uint32_t>& counts) {
  if (append_copies(masks, k, counts)) return;
  SpanWriter writer(counts, limit_of(Limit::mask_runs));
  std::int64_t start = 0;
  for (std::int64_t m = 0; m < k; m++) {
    for_each_span(masks[m], [&](std::int64_t begin, std::int64_t end) {
      writer.add(start + begin, start + end);
    });
    start += masks[m].size.area();
  }
  writer.finish(start);
}

// The columns of `runs`, each `rows` times.
void append_repeated_rows(const RunList& runs, std::int64_t rows, Buffer<std::uint32_t>& counts) {
  const Size size = runs.size;
  const std::int64_t height = size.height * rows;
  SpanWriter writer(counts, run_limit(runs));
  Buffer<Piece> pieces;
  if (height > 0) collect_pieces(runs, pieces);
  for (const Piece* first = pieces.begin(); first != pieces.end();) {
    const Piece* last = first;
    while (last != pieces.end() && last->x == first->x) last++;
    std::int64_t start = first->x * height;
    if (first->end - first->begin == size.height) {
      writer.add(start, first->x_end * height);
    } else {
      for (std::int64_t row = 0; row < rows; row++, start += size.height) {
        for (const Piece* p = first; p != last; p++) writer.add(start + p->begin, start + p->end);
      }
    }
    first = last;
  }
  writer.finish(height * size.width);
}

void append_tiled(const RunList& runs, std::int64_t rows, std::int64_t columns,
                  Buffer<std::uint32_t>& counts) {
  const Size size{runs.size.height * rows, runs.size.width};
  if (size.area() == 0 || columns == 0) {
    counts.push_back(0);
    return;
  }
  Buffer<std::uint32_t> once;
  RunList repeated = runs;
  if (rows > 1) {
    append_repeated_rows(runs, rows, once);
    repeated = {once.data(), once.size(), size};
  }
  if (repeated.n == 1) {
    RunBuilder builder(counts);
    builder.append(false, size.area() * columns);
    return builder.finish();
  }
  const std::int64_t limit = std::max(run_limit(runs), 2 * repeated.n);
  if (columns > limit / (repeated.n - 1)) {
    throw LimitError(Limit::mask_runs, columns * (repeated.n - 1), "masks");
  }
  Buffer<RunList> copies;
  for (std::int64_t copy = 0; copy < columns; copy++) copies.push_back(repeated);
  append_beside(copies.data(), columns, counts);
}

void append_below(const RunList* masks, std::int64_t k, Size size, Buffer<std::uint32_t>& counts) {
  SpanWriter writer(counts, limit_of(Limit::mask_runs));
  Buffer<Piece> pieces;
  Buffer<std::int64_t> next;  // piece of each mask, and where its pieces end
  Buffer<std::int64_t> ends;
  Buffer<std::int64_t> tops;
  std::int64_t top = 0;
  for (std::int64_t m = 0; m < k; m++) {
    next.push_back(pieces.size());
    collect_pieces(masks[m], pieces);
    ends.push_back(pieces.size());
    tops.push_back(top);
    top += masks[m].size.height;
  }
  for (std::int64_t x = 0; x < size.width;) {
    std::int64_t following = size.width;  // column at which something new happens
    std::int64_t whole = size.width;      // all masks are foreground in columns [x, whole)
    for (std::int64_t m = 0; m < k; m++) {
      const Piece* piece = next[m] < ends[m] ? &pieces[next[m]] : nullptr;
      const bool full = piece != nullptr && piece->x <= x && piece->begin == 0 &&
                        piece->end == masks[m].size.height;
      whole = full ? std::min(whole, piece->x_end) : x;
      if (!full) break;
    }
    if (whole > x) writer.add(x * size.height, whole * size.height);
    const std::int64_t stays = std::max(whole, x + 1);
    for (std::int64_t m = 0; m < k; m++) {
      const std::int64_t start = x * size.height + tops[m];
      std::int64_t& at = next[m];
      while (at < ends[m] && pieces[at].x <= x) {
        if (whole == x) writer.add(start + pieces[at].begin, start + pieces[at].end);
        if (pieces[at].x_end > stays) break;
        at++;
      }
      if (at < ends[m]) following = std::min(following, std::max(pieces[at].x, stays));
    }
    x = following;
  }
  writer.finish(size.area());
}

// The sizes of copies of the masks.
Buffer<std::int64_t> tiled_sizes(const std::int64_t* sizes, std::int64_t n, std::int64_t rows,
                                 std::int64_t columns) {
  require(rows >= 0 && columns >= 0, ErrorKind::argument, "rows, columns",
          "expected numbers of at least 0");
  Buffer<std::int64_t> out;
  for (std::int64_t i = 0; i < n; i++) {
    out.push_back(checked_mul(sizes[2 * i], rows, "rows"));
    check_side(out.back(), "rows", i);
    out.push_back(checked_mul(sizes[2 * i + 1], columns, "columns"));
    check_side(out.back(), "columns", i);
  }
  return out;
}

void write_tiled(const std::uint64_t* mask, Size size, std::int64_t rows, std::int64_t columns,
                 std::uint64_t* out) {
  if (size.area() == 0 || rows == 0) return;
  const std::int64_t area = size.area() * rows;
  Buffer<std::uint64_t> repeated;
  if (rows > 1) {
    repeated.resize(words_for(area) + 1);
    repeated.back() = 0;
    BitWriter writer(repeated.data());
    for (std::int64_t x = 0; x < size.width; x++) {
      for (std::int64_t row = 0; row < rows; row++) {
        writer.add(mask, x * size.height, size.height);
      }
    }
    mask = repeated.data();
  }
  BitWriter writer(out);
  for (std::int64_t copy = 0; copy < columns; copy++) writer.add(mask, 0, area);
}

void write_below(const PackedView* parts, std::int64_t k, std::int64_t i, std::uint64_t* out) {
  BitWriter writer(out);
  const auto width = [&](const PackedView& part) { return part.size(part.n == 1 ? 0 : i).width; };
  for (std::int64_t x = 0; x < width(parts[0]); x++) {
    for (std::int64_t m = 0; m < k; m++) {
      const std::int64_t item = parts[m].n == 1 ? 0 : i;
      const std::int64_t height = parts[m].size(item).height;
      writer.add(parts[m].mask(item), x * height, height);
    }
  }
}

// The size of masks put together; throws when their other sides differ, naming the one of the k
// that does not fit. `item`: of n in each batch.
Size joint_size(const Size* sizes, std::int64_t k, Side side, std::int64_t item, std::int64_t n) {
  Size size = sizes[0];
  for (std::int64_t m = 1; m < k; m++) {
    const Size& other = sizes[m];
    const bool beside = side == Side::beside;
    const std::int64_t wanted = beside ? size.height : size.width;
    const std::int64_t got = beside ? other.height : other.width;
    if (got != wanted) {
      throw Error(ErrorKind::shape_mismatch, "masks",
                  std::string("expected the ") + (beside ? "height" : "width") + " of masks[0], " +
                      std::to_string(wanted) + ", got " + std::to_string(got) +
                      (n > 1 ? " in item " + std::to_string(item) : ""),
                  m);
    }
    (beside ? size.width : size.height) += beside ? other.width : other.height;
    check_side(std::max(size.width, size.height), "masks", m);
  }
  return size;
}

}  // namespace

Runs tile(const RunsView& masks, std::int64_t rows, std::int64_t columns, const Exec& exec) {
  const Buffer<std::int64_t> sizes = tiled_sizes(masks.sizes, masks.n, rows, columns);
  const double runs_each = masks.n == 0 ? 0.0 : double(masks.total_counts()) / double(masks.n);
  const double copies = static_cast<double>(rows) * static_cast<double>(columns);
  return collect(exec, masks.n, 50 + 2 * runs_each * copies,
                 [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
                   append_tiled(masks[i], rows, columns, counts);
                   return Size{sizes[2 * i], sizes[2 * i + 1]};
                 });
}

std::optional<PackedMasks> tile(const PackedView& masks, std::int64_t rows, std::int64_t columns,
                                const Exec& exec) {
  constexpr double most_words = 1 << 25;  // the room of as many runs as a mask may have
  const double copies = static_cast<double>(rows) * static_cast<double>(columns);
  const Buffer<std::int64_t> sizes = tiled_sizes(masks.sizes, masks.n, rows, columns);
  if (copies * double(masks.total_words()) > most_words &&
      !stays_packed(sizes.data(), masks.n, masks)) {
    return std::nullopt;
  }
  PackedMasks out(sizes.data(), masks.n);
  const double cost = 100 + masks.mean_words() * (double(rows) + copies);
  for_ranges(exec, masks.n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      write_tiled(masks.mask(i), masks.size(i), rows, columns, out.mask(i));
    }
  });
  return out;
}

Runs stack(const std::vector<RunsView>& batches, std::int64_t n, Side side, const Exec& exec) {
  double runs_each = 0;
  for (const RunsView& batch : batches) {
    runs_each += double(batch.total_counts()) / double(std::max<std::int64_t>(batch.n, 1));
  }
  const auto k = static_cast<std::int64_t>(batches.size());
  return collect(exec, n, 50 + 3 * runs_each, [&](std::int64_t i, Buffer<std::uint32_t>& counts) {
    Buffer<RunList> parts;
    Buffer<Size> sizes;
    parts.reserve(k);
    for (const RunsView& batch : batches) {
      parts.push_back(batch[batch.n == 1 ? 0 : i]);
      sizes.push_back(parts.back().size);
    }
    const Size size = joint_size(sizes.data(), k, side, i, n);
    if (side == Side::beside) {
      append_beside(parts.data(), k, counts);
    } else {
      append_below(parts.data(), k, size, counts);
    }
    return size;
  });
}

PackedMasks stack(const std::vector<PackedView>& batches, std::int64_t n, Side side,
                  const Exec& exec) {
  const auto k = static_cast<std::int64_t>(batches.size());
  Buffer<std::int64_t> wanted;
  Buffer<Size> sizes;
  for (std::int64_t i = 0; i < n; i++) {
    sizes.clear();
    for (const PackedView& batch : batches) sizes.push_back(batch.size(batch.n == 1 ? 0 : i));
    const Size size = joint_size(sizes.data(), k, side, i, n);
    wanted.push_back(size.height);
    wanted.push_back(size.width);
  }
  PackedMasks out(wanted.data(), n);
  const double cost = 100 + 20 * double(k) + out.view().mean_words();
  for_ranges(exec, n, cost, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; i++) {
      if (side == Side::below) {
        write_below(batches.data(), k, i, out.mask(i));
        continue;
      }
      BitWriter writer(out.mask(i));
      for (const PackedView& batch : batches) {
        const std::int64_t item = batch.n == 1 ? 0 : i;
        writer.add(batch.mask(item), 0, batch.size(item).area());
      }
    }
  });
  return out;
}

}  // namespace me::cpu
