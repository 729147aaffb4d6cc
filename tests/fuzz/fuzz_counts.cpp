// Any columns as a batch of masks: refused with a reason that holds, or measured as plain sums over
// the counts say, up to 2^62 pixels, and by the GPU kernels, too.
#include <vector>

#include "engines.h"
#include "ops/area/area.h"
#include "ops/bbox/bbox.h"

namespace {

struct Columns {
  std::vector<std::uint32_t> counts;
  std::vector<std::int64_t> offsets, sizes;
  std::int64_t n = 0;
};

// Mostly sound: sides and offsets are what they must be unless a byte says otherwise.
Columns read_columns(fuzz::Input& input) {
  Columns columns;
  columns.n = input.below(4);
  columns.offsets.push_back(0);
  for (std::int64_t i = 0; i < columns.n; i++) {
    const std::uint8_t how = input.byte();
    std::int64_t total = 0;
    for (int k = how % 12; k > 0; k--) {
      const std::uint8_t byte = input.byte();
      columns.counts.push_back(byte < 230 ? byte : input.value<std::uint32_t>());
      total += columns.counts.back();
    }
    columns.offsets.push_back(static_cast<std::int64_t>(columns.counts.size()));
    std::int64_t height = (how & 64) != 0 ? input.below(40) + 1 : 1;
    if (how >= 250) height = input.value<std::int64_t>();
    columns.sizes.push_back(height);
    columns.sizes.push_back(height == 0 ? total : total / height);
  }
  const std::uint8_t fault = input.byte();
  if (fault >= 200) {
    columns.offsets[fault % columns.offsets.size()] = input.value<std::int64_t>();
  } else if (fault >= 190 && columns.n > 0) {
    columns.sizes[fault % columns.sizes.size()] = input.value<std::int64_t>();
  } else if (fault >= 180) {
    columns.offsets.pop_back();
  }
  return columns;
}

// What the invariants in runs.h say, with numbers that cannot overflow.
bool is_sound(const Columns& columns) {
  if (static_cast<std::int64_t>(columns.offsets.size()) != columns.n + 1) return false;
  for (std::size_t i = 0; i < columns.offsets.size(); i++) {
    const std::int64_t at = columns.offsets[i];
    if (at < 0 || at > static_cast<std::int64_t>(columns.counts.size())) return false;
    if (i > 0 && at < columns.offsets[i - 1]) return false;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(columns.n); i++) {
    const std::int64_t height = columns.sizes[2 * i], width = columns.sizes[2 * i + 1];
    if (height < 0 || width < 0 || height > me::max_side || width > me::max_side) return false;
    if (columns.offsets[i] == columns.offsets[i + 1]) return false;
    std::int64_t total = 0;
    for (std::int64_t k = columns.offsets[i]; k < columns.offsets[i + 1]; k++) {
      total += columns.counts[static_cast<std::size_t>(k)];
    }
    if (total != height * width) return false;
  }
  return true;
}

struct Measures {
  std::int64_t area = 0, left = INT64_MAX, top = INT64_MAX, right = 0, bottom = 0;
};

Measures measure(const me::RunList& runs) {
  Measures m;
  const std::int64_t height = runs.size.height;
  std::int64_t position = 0;
  for (std::int64_t k = 0; k < runs.n; k++) {
    const std::int64_t begin = position;
    position += runs.counts[k];
    if (k % 2 == 0 || begin == position) continue;
    const std::int64_t last = position - 1;
    m.area += position - begin;
    m.left = std::min(m.left, begin / height);
    m.right = std::max(m.right, last / height + 1);
    const bool wraps = begin / height != last / height;
    m.top = std::min(m.top, wraps ? 0 : begin % height);
    m.bottom = std::max(m.bottom, wraps ? height : last % height + 1);
    // of a run that goes on into the next column, the first part reaches the last row
    if (wraps) m.top = std::min(m.top, begin % height);
  }
  if (m.area == 0) m.left = m.top = 0;
  return m;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Columns columns = read_columns(input);
  std::int64_t index = -2;
  const std::string reason =
      me::validate(columns.counts.data(), static_cast<std::int64_t>(columns.counts.size()),
                   columns.offsets.data(), static_cast<std::int64_t>(columns.offsets.size()),
                   columns.sizes.data(), columns.n, &index);
  EXPECT(reason.empty() == is_sound(columns));
  if (!reason.empty()) {
    EXPECT(index >= -1 && index < columns.n);
    return 0;
  }
  const me::RunsView view{columns.counts.data(), columns.offsets.data(), columns.sizes.data(),
                          columns.n};
  const me::cuda::Queue queue = fuzz::queue_of(input);
  const me::cuda::DeviceRunsView there{
      view.counts, static_cast<std::int64_t>(columns.counts.size()), view.offsets, view.n};
  const auto n = static_cast<std::size_t>(columns.n);
  std::vector<std::int64_t> areas(n), boxes(4 * n), areas_there(n), boxes_there(4 * n);
  me::cuda::area(queue, there, areas_there.data());
  me::cuda::bbox(queue, there, view.sizes, false, boxes_there.data());
  fuzz::at_every_level([&] {
    me::cpu::area(view, areas.data(), fuzz::one_thread);
    me::cpu::bbox(view, false, boxes.data(), fuzz::one_thread);
    EXPECT(areas == areas_there && boxes == boxes_there);
    for (std::size_t i = 0; i < n; i++) {
      const Measures wanted = measure(view[static_cast<std::int64_t>(i)]);
      EXPECT(areas[i] == wanted.area);
      EXPECT(boxes[4 * i] == wanted.left && boxes[4 * i + 1] == wanted.top);
      EXPECT(boxes[4 * i + 2] == wanted.right && boxes[4 * i + 3] == wanted.bottom);
    }
  });
  return 0;
}
