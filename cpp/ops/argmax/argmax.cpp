#include "ops/argmax/argmax.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "base/buffer.h"
#include "base/dispatch.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/values.h"
#include "ops/argmax/argmax_kernels.h"

namespace me::cpu {
namespace {

using kernels::argmax_block;

const kernels::ArgmaxKernels& argmax_kernels() {
  return *select(&kernels::argmax_scalar, ME_X86(&kernels::argmax_avx2),
                 ME_X86(&kernels::argmax_avx512));
}

std::int64_t bytes_of(ScoreType type) {
  switch (type) {
    case ScoreType::u8:
      return 1;
    case ScoreType::f16:
      return 2;
    case ScoreType::f32:
      return 4;
    default:
      return 8;
  }
}

template <class T>
const kernels::ScoreKernels<T>& kernels_of() {
  if constexpr (std::is_same_v<T, double>) {
    return argmax_kernels().f64;
  } else {
    return argmax_kernels().f32;
  }
}

// Works through the pixels block by block. T: what scores are taken as.
template <class T>
class Blocks {
 public:
  Blocks(const ScoreView& scores, const ArgmaxOptions& options)
      : scores_(scores), options_(options), bytes_(bytes_of(scores.type)) {
    if (scores.row_stride == scores.width * scores.column_stride) {  // rows follow each other
      scores_.width *= scores_.height;
      scores_.height = 1;
    }
    each_ = (scores_.width + argmax_block - 1) / argmax_block;
  }

  std::int64_t n() const { return each_ * scores_.height * scores_.n; }

  // Takes blocks [begin, end); returns the first that has a score to refuse, or n().
  std::int64_t run(std::int64_t begin, std::int64_t end, Element element, char* out,
                   float* unsure) {
    const auto& kernel = kernels_of<T>();
    const bool shares = options_.threshold > 0;
    const bool measured = unsure != nullptr || shares;
    const bool entropy = unsure != nullptr && options_.unsure == Unsure::entropy;
    if (shares) share_.resize(argmax_block);
    float* const share = share_.data();
    for (std::int64_t b = begin; b < end; b++) {
      const Place place = place_of(b);
      const kernels::ScoreBlock<T> block = load(place);
      if (!kernel.first(block, options_.logits, options_.ties == Ties::last, found_)) return b;
      if (measured) kernel.sums(block, options_.logits, entropy, found_);
      if (unsure != nullptr) {
        kernel.unsure[static_cast<int>(options_.unsure)](found_, block.n, block.classes,
                                                         options_.logits, unsure + place.pixel);
      }
      if (shares) kernel.unsure[0](found_, block.n, block.classes, options_.logits, share);
      write(place, block.n, shares ? share : nullptr, element, out);
    }
    return n();
  }

  // Says which score of a block is refused: the first pixel's first.
  [[noreturn]] void refuse(std::int64_t b) {
    const Place place = place_of(b);
    const kernels::ScoreBlock<T> block = load(place);
    for (std::int64_t i = 0; i < block.n; i++) {
      for (std::int64_t c = 0; c < block.classes; c++) {
        const auto value = static_cast<double>(block.scores[c * block.stride + i]);
        const bool fine = options_.logits ? value < HUGE_VAL : value >= 0 && value < HUGE_VAL;
        if (!fine) refuse(place.pixel + i, c, value);
      }
      bool any = false;
      for (std::int64_t c = 0; c < block.classes; c++) {
        any |= static_cast<double>(block.scores[c * block.stride + i]) > -HUGE_VAL;
      }
      if (!any) refuse(place.pixel + i, 0, -HUGE_VAL);
    }
    throw Error(ErrorKind::argument, "scores", "expected scores that do not change meanwhile");
  }

 private:
  struct Place {
    std::int64_t item, y, x, n, pixel;  // pixel counts over all frames
  };

  Place place_of(std::int64_t b) const {
    const std::int64_t line = b / each_;
    Place place;
    place.item = line / scores_.height;
    place.y = line % scores_.height;
    place.x = b % each_ * argmax_block;
    place.n = std::min(argmax_block, scores_.width - place.x);
    place.pixel = line * scores_.width + place.x;
    return place;
  }

  // The scores of a block, where they lie or in a copy.
  kernels::ScoreBlock<T> load(const Place& place) {
    const char* from = scores_.data + place.item * scores_.item_stride +
                       place.y * scores_.row_stride + place.x * scores_.column_stride;
    const bool aligned = reinterpret_cast<std::uintptr_t>(from) % sizeof(T) == 0 &&
                         scores_.class_stride % static_cast<std::int64_t>(sizeof(T)) == 0;
    const bool own_type = bytes_ == sizeof(T);
    if (own_type && aligned && scores_.column_stride == bytes_) {
      return {reinterpret_cast<const T*>(from),
              scores_.class_stride / static_cast<std::int64_t>(sizeof(T)), scores_.classes,
              place.n};
    }
    copy_.resize(scores_.classes * argmax_block);
    for (std::int64_t c = 0; c < scores_.classes; c++) {
      const char* values = from + c * scores_.class_stride;
      T* const to = copy_.data() + c * argmax_block;
      if (scores_.column_stride != bytes_) {
        values = gather(values, place.n);
      }
      convert(values, place.n, to);
    }
    return {copy_.data(), argmax_block, scores_.classes, place.n};
  }

  // Values that do not lie side by side, side by side.
  const char* gather(const char* values, std::int64_t n) {
    row_.resize(argmax_block);
    char* const to = reinterpret_cast<char*>(row_.data());
    with_unsigned(bytes_, [&](auto zero) {
      using U = decltype(zero);
      for (std::int64_t i = 0; i < n; i++) {
        std::memcpy(to + i * std::int64_t{sizeof(U)}, values + i * scores_.column_stride,
                    sizeof(U));
      }
    });
    return to;
  }

  void convert(const char* values, std::int64_t n, T* to) const {
    if constexpr (std::is_same_v<T, float>) {
      if (scores_.type == ScoreType::u8) {
        argmax_kernels().widen_bytes(reinterpret_cast<const std::uint8_t*>(values), n, to);
        return;
      }
      if (scores_.type == ScoreType::f16) {
        std::uint16_t half[argmax_block];
        std::memcpy(half, values, static_cast<std::size_t>(2 * n));
        argmax_kernels().widen_half(half, n, to);
        return;
      }
    }
    std::memcpy(to, values, static_cast<std::size_t>(n) * sizeof(T));
  }

  void write(const Place& place, std::int64_t n, const float* share, Element element, char* out) {
    const float most = 1.0f - options_.threshold;
    for (std::int64_t i = 0; i < n; i++) {
      const bool none = (options_.ties == Ties::none && found_.second[i] == found_.best[i]) ||
                        (share != nullptr && share[i] > most);
      found_.index[i] = none ? options_.none : options_.labels[found_.index[i]];
    }
    with_unsigned(element_bytes(element), [&](auto zero) {
      using U = decltype(zero);
      U* const to = reinterpret_cast<U*>(out) + place.pixel;
      for (std::int64_t i = 0; i < n; i++) to[i] = static_cast<U>(found_.index[i]);
    });
  }

  [[noreturn]] void refuse(std::int64_t pixel, std::int64_t c, double value) const {
    const std::int64_t area = scores_.height * scores_.width;
    const std::int64_t item = pixel / area;
    const std::string wanted = options_.logits ? "numbers" : "probabilities";
    const std::string got = std::isnan(value)   ? "nan"
                            : std::isinf(value) ? (value > 0 ? "inf" : "-inf")
                                                : std::to_string(value);
    throw Error(ErrorKind::argument, "scores",
                "expected " + wanted + ", got " + got + " at [" +
                    (scores_.n > 1 ? std::to_string(item) + ", " : "") + std::to_string(c) + ", " +
                    std::to_string(pixel % area / width) + ", " +
                    std::to_string(pixel % area % width) + "]");
  }

 public:
  std::int64_t width = 1;  // of the frames, for messages

 private:
  ScoreView scores_;
  ArgmaxOptions options_;
  std::int64_t bytes_, each_ = 0;
  Buffer<T> copy_;
  Buffer<std::uint64_t> row_;
  Buffer<float> share_;
  kernels::BestScores<T> found_;
};

template <class T>
void run(const ScoreView& scores, const ArgmaxOptions& options, Element element, char* out,
         float* unsure, const Exec& exec) {
  // Made by new: stacks of threads may be small.
  const auto make = [&] { return std::make_unique<Blocks<T>>(scores, options); };
  const std::int64_t n = make()->n();
  const double each = unsure != nullptr ? 4.0 : 0.5;  // nanoseconds a score takes
  std::atomic<std::int64_t> first_bad{n};
  for_ranges(exec, n, 0.25 * each * double(argmax_block) * double(scores.classes),
             [&](std::int64_t begin, std::int64_t end) {
               std::int64_t bad = make()->run(begin, end, element, out, unsure);
               std::int64_t known = first_bad;
               while (bad < known && !first_bad.compare_exchange_weak(known, bad)) {
               }
             });
  if (first_bad < n) {
    const auto blocks = make();
    blocks->width = scores.width;
    blocks->refuse(first_bad);
  }
}

}  // namespace

void argmax(const ScoreView& scores, const ArgmaxOptions& options, Element element, char* out,
            float* unsure, const Exec& exec) {
  if (scores.n * scores.height * scores.width == 0) return;
  if (scores.type == ScoreType::f64) {
    run<double>(scores, options, element, out, unsure, exec);
  } else {
    run<float>(scores, options, element, out, unsure, exec);
  }
}

}  // namespace me::cpu
