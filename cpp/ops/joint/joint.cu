#include "ops/joint/joint.h"

#include "base/execution.cuh"
#include "base/primitives.h"
#include "ops/joint/joint_there.h"

namespace me::cuda {
namespace {

// Whether a row has no label that is left out.
struct FindKept {
  const std::int64_t* labels;
  std::int64_t k;
  DeviceVoid left_out;
  std::uint32_t* kept;

  ME_HD void operator()(std::int64_t row) const {
    bool keep = true;
    for (std::int64_t m = 0; m < k; m++) {
      for (std::int64_t v = left_out.begins[m]; v < left_out.begins[m + 1]; v++) {
        if (labels[row * k + m] == left_out.values[v]) keep = false;
      }
    }
    kept[row] = keep;
  }
};

struct TakeRows {
  const std::int64_t* labels;
  const std::int64_t* pixels;
  std::int64_t k;
  const std::int64_t* before;
  std::int64_t* out_labels;
  std::int64_t* out_pixels;

  ME_HD void operator()(std::int64_t row) const {
    const std::int64_t to = before[row];
    if (to == before[row + 1]) return;
    for (std::int64_t m = 0; m < k; m++) out_labels[to * k + m] = labels[row * k + m];
    out_pixels[to] = pixels[row];
  }
};

DeviceJoint without(const Queue& queue, const DeviceJoint& all, std::int64_t k,
                    const DeviceVoid& left_out) {
  const std::int64_t rows = all.pixels.n;
  const DeviceArray<std::uint32_t> kept(queue, rows);
  const DeviceArray<std::int64_t> before(queue, rows + 1);
  for_each(queue, rows, FindKept{all.labels.data(), k, left_out, kept.data()});
  running_sums(queue, kept.data(), rows, before.data());
  DeviceJoint found(queue, read(queue, before.data() + rows), k);
  for_each(queue, rows,
           TakeRows{all.labels.data(), all.pixels.data(), k, before.data(), found.labels.data(),
                    found.pixels.data()});
  return found;
}

}  // namespace

DeviceJoint joint(const Queue& queue, const MaskView* maps, std::int64_t k,
                  const DeviceVoid* left_out) {
  bool bytes = k <= 2;
  for (std::int64_t m = 0; m < k; m++) bytes = bytes && element_bytes(maps[m].element) == 1;
  DeviceJoint found = bytes ? joint_of_bytes(queue, maps, k) : joint_of_stretches(queue, maps, k);
  return left_out == nullptr ? std::move(found) : without(queue, found, k, *left_out);
}

}  // namespace me::cuda
