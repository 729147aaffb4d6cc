// Set bits that two rectangles of words share. One kernel per CPU level.
#pragma once
#include <cstddef>
#include <cstdint>

namespace me::kernels {

// `rows` rows of `n` words, `a_stride` and `b_stride` words apart.
using SharedBits = std::int64_t (*)(const std::uint64_t* a, std::int64_t a_stride,
                                    const std::uint64_t* b, std::int64_t b_stride, std::int64_t n,
                                    std::int64_t rows);

std::int64_t shared_bits_scalar(const std::uint64_t* a, std::int64_t a_stride,
                                const std::uint64_t* b, std::int64_t b_stride, std::int64_t n,
                                std::int64_t rows);
std::int64_t shared_bits_avx2(const std::uint64_t* a, std::int64_t a_stride, const std::uint64_t* b,
                              std::int64_t b_stride, std::int64_t n, std::int64_t rows);
std::int64_t shared_bits_avx512(const std::uint64_t* a, std::int64_t a_stride,
                                const std::uint64_t* b, std::int64_t b_stride, std::int64_t n,
                                std::int64_t rows);

}  // namespace me::kernels
