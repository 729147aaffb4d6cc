#include "runs/strands.h"

#include <algorithm>

#include "base/dispatch.h"
#include "runs/regions.h"

namespace me {
namespace kernels {

const StrandKernels strands_scalar = {alike_loop, add_loop};

}  // namespace kernels

namespace {

// So many lines with runs that end no further keep every sum far below 2^64.
constexpr std::int64_t most_lines = 1 << 10;
constexpr std::uint32_t furthest = 1 << 20;
// So many lines go on before sums are gathered: to begin and to finish costs as much as two do.
constexpr int steady_lines = 2;

}  // namespace

Strands::Strands()
    : kernels_(select(&kernels::strands_scalar, ME_X86(&kernels::strands_avx2),
                      ME_X86(&kernels::strands_avx512))) {}

bool Strands::follow(const Line& before, Line& line, const Joining& joining, std::int64_t number,
                     Sums* sums) {
  const std::int64_t n = line.n;
  const bool going_on =
      n != 0 && n == before.n && line.bounds[2 * n - 1] <= furthest &&
      before.bounds[2 * n - 1] <= furthest &&
      kernels_->alike(before.bounds.data(), line.bounds.data(), n, joining.corners ? 1 : 0);
  if (!going_on) {
    steady_ = 0;
    return false;
  }
  if (joining.measured && !gather(before, line, number, sums)) return false;
  std::copy(before.labels.data(), before.labels.data() + n, line.labels.data());
  return true;
}

bool Strands::repeat(const Line& line, std::int64_t number, Sums* sums) {
  return line.n != 0 && line.bounds[2 * line.n - 1] <= furthest && gather(line, line, number, sums);
}

bool Strands::gather(const Line& before, const Line& line, std::int64_t number, Sums* sums) {
  if (steady_ < steady_lines) {
    steady_++;
    return false;
  }
  if (lines_ == most_lines) finish(sums);
  if (n_ == 0) begin(before, number);
  kernels_->add(before.bounds.data(), line.bounds.data(), n_, static_cast<std::uint32_t>(number),
                static_cast<std::uint32_t>(lines_), gathered_.data());
  lines_++;
  return true;
}

void Strands::begin(const Line& before, std::int64_t number) {
  n_ = before.n;
  first_ = number;
  lines_ = 0;
  labels_.clear();
  labels_.append(before.labels.data(), n_);
  gathered_.clear();
  const std::int64_t blocks = (n_ + kernels::strand_block - 1) / kernels::strand_block;
  std::uint64_t* sums = gathered_.grow(kernels::strand_sums * blocks);
  std::fill(sums, sums + kernels::strand_sums * blocks, std::uint64_t{0});
  sums += kernels::strand_lowest * kernels::strand_block;
  for (std::int64_t k = 0; k < blocks; k++, sums += kernels::strand_sums) {
    std::fill_n(sums, kernels::strand_block, UINT64_MAX);
  }
}

void Strands::add_to(Sums* sums) {
  const auto of = [this](kernels::StrandSum which, std::int64_t k) {
    constexpr std::int64_t block = kernels::strand_block;
    return gathered_[k / block * kernels::strand_sums + which * block + k % block];
  };
  for (std::int64_t k = 0; k < n_; k++) {
    Sums& to = sums[labels_[k]];
    const std::uint64_t area = of(kernels::strand_area, k);
    to.area += area;
    to.twice_along.add(of(kernels::strand_along, k));
    to.twice_across.add(of(kernels::strand_across, k));
    to.twice_across.add_times(2 * static_cast<std::uint64_t>(first_), area);
    to.outline += static_cast<std::int64_t>(area - of(kernels::strand_shared, k)) + lines_;
    to.lowest = std::min(to.lowest, of(kernels::strand_lowest, k));
    to.along_end = std::max(to.along_end, static_cast<std::uint32_t>(of(kernels::strand_end, k)));
    to.line_end = std::max(to.line_end, static_cast<std::uint32_t>(first_ + lines_));
  }
  n_ = 0;
}

}  // namespace me
