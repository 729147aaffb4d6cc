// The rows at which short edges of a COCO ring cross columns, four edges at a time.
#pragma once
#include <cstdint>

namespace me::kernels {

// Columns of an edge for which there is room; one that crosses more is only counted.
inline constexpr std::int64_t short_columns = 8;
// Values of `rows` for four edges.
inline constexpr std::int64_t short_rows = 4 * short_columns;

// Vertices in fifths of a pixel, whole numbers below 2^18 in size; edge i goes from vertex i to
// vertex i + 1. Edge i crosses the columns [first[i], first[i] + n[i]), those of the image only;
// where n[i] <= short_columns, at the rows rows[(i / 4) * short_rows + 4 * k + i % 4]. n[i] <= 0
// where it crosses none. `bottom` is 5 * height + 2. Takes a multiple of four edges.
using ShortEdges = void (*)(const double* u, const double* v, std::int64_t edges, double width,
                            double bottom, std::int32_t* first, std::int32_t* n,
                            std::uint32_t* rows);

void short_edges_avx2(const double* u, const double* v, std::int64_t edges, double width,
                      double bottom, std::int32_t* first, std::int32_t* n, std::uint32_t* rows);

}  // namespace me::kernels
