// Every threshold in one place, with the measurement that set it.
#pragma once
#include <cstdint>

namespace me::tuning {

// Work below this is not worth another thread: starting and joining one costs 15-40 us.
inline constexpr double thread_grain_ns = 200e3;

// How long a thread looks for more to do before it sleeps, and how long it sleeps before it ends.
inline constexpr int spin_us = 30;
inline constexpr int idle_ms = 200;

// Scratch of each thread, and freed blocks of all, kept between calls; what is larger is returned
// to the system at once. A 30-class 4K map took 5.3 ms to label with fresh memory, 4.8 with kept.
inline constexpr std::int64_t scratch_keep_bytes = std::int64_t{64} << 20;

// Words of bits of a vertical strip that encode takes at once: bounds its scratch to 64 MB. Strips
// of part of a 4096-wide image cost 1.3 to 2 times as much as whole rows (page-sized strides).
inline constexpr std::int64_t encode_strip_words = std::int64_t{1} << 23;

// Pixels per change of value (from a row to the next) above which encode lists the changes.
inline constexpr std::int64_t encode_change_pixels = 64;

// Mean pixels per run below which decode goes through bits instead of filling run by run.
inline constexpr std::int64_t decode_dense_run = 24;

// ... and below which transpose goes through bits: 1024 x 1024 noise took 0.96 ms instead of 10.7
// at 2 pixels per run, 0.29 instead of 0.41 at 25, and as much at 50.
inline constexpr std::int64_t transpose_dense_run = 32;

// ... and below which crop, pad and shift, and resize, move columns as bits: noise on 4096 x 4096
// (2 pixels a run) took 13.6 and 9.2 ms instead of 28 and 39, runs of 8 pixels 6.5 and 3.5 instead
// of 6.2 and 6.9, runs of 16 pixels 6.2 and 4.0 instead of 3.0 and 3.1.
inline constexpr std::int64_t window_dense_run = 7;
inline constexpr std::int64_t resize_dense_run = 12;

// Masks of so many counts, whose runs have at most so many pixels on average, are also held as bits
// (runs/packed_masks.h), which then take no more room than the counts: crop of half of the columns
// and rows of noise on 4096 x 4096 took 9.3 ms by its runs, 0.05 by its bits.
inline constexpr double packed_least_runs = 4096;
inline constexpr double packed_longest_run = 32;

// Columns and crossings that a polygon sweep holds at a time: small enough for the second-level
// cache, large enough that walking the edges once per band costs little.
inline constexpr std::int64_t sweep_block_columns = std::int64_t{1} << 14;
inline constexpr std::int64_t sweep_band_keys = std::int64_t{1} << 16;

// Scanning rows instead of columns (ops/rasterize), for runs: from so many vertices on (below,
// counting would be felt), with so many crossings of columns, and with so many times fewer
// crossings of rows, which pays for transposing the runs.
inline constexpr std::int64_t axis_vertices = 256;
inline constexpr double axis_crossings = 4096;
inline constexpr double axis_gain = 2;

// Dense arrays: the axis with fewer crossings. With fewer than so many a row (rows scanned), spans
// are painted instead of flipping bits: a circle on 4096 x 4096 (2 a row) 1.68 ms instead of 1.84,
// a box 1.47 instead of 2.27, a zig-zag across 1.50 instead of 2.02.
inline constexpr double dense_rows_share = 1;
inline constexpr double dense_row_crossings = 6;

// Nanoseconds an item takes from which threads share it (ops/rasterize): several times what
// starting them takes. A crossing: 10 ms for the 850 000 of a star of 10 000 vertices. As runs on
// 4096 x 4096 (2.1 million), one of 36 ms keeps the calling thread busy for 22 ms in two bands and
// 12 in four; the wall clock shows it where the other cores are free.
inline constexpr double rasterize_part_ns = 1e6;
inline constexpr double rasterize_crossing_ns = 10;

// Combining masks as bits or run by run (ops/combine): nanoseconds on one core of an AMD EPYC 9004.
// Pairs of 4096 x 4096 took, run by run and as bits, 0.19 and 0.50 ms for blobs (121 000 runs) and
// 68 and 25 ms for noise (16.8 million).
inline constexpr double combine_bits_word_ns = 1.3;  // read out once, whatever the number of masks
inline constexpr double combine_bits_run_ns = 1.2;
inline constexpr double combine_round_ns = 1.8;  // a run in one merge of two lists

// Words that are combined before they are read: 8 KiB, with the depths 12, so they stay in the
// first cache. 512 and 4096 took 2 % and 9 % longer for 20 blobs of 4096 x 4096.
inline constexpr std::int64_t combine_stretch_words = 1024;

// Mean length of a span, in pixels, above which covers of whole words are counted instead of
// filled: 20 blobs (span 270) 1.75 ms against 2.6 ms, 100 stars (span 110) 0.067 against 0.055.
inline constexpr double combine_depth_span = 180;

// IoU matrix (ops/iou): a mask is held as bits when its box has at most so many words of 64 pixels
// per segment; memory is then at most 16 times that of its counts.
inline constexpr std::int64_t iou_words_per_segment = 16;

// ... and when it meets so many masks: setting its bits costs about what two walks over its
// segments do (two blobs of 4096 x 4096: 2.1 ms with bits, 0.24 without).
inline constexpr std::int64_t iou_bits_partners = 4;

// Bits of second masks held at a time, in words: 16 MiB, about a last-level cache's share.
inline constexpr std::int64_t iou_tile_words = std::int64_t{2} << 20;

// IoU of single pairs: runs of both masks per word of 64 pixels above which bits are faster.
inline constexpr double iou_bits_runs_per_word = 2;

// Bytes of a label image from which rows are written past the caches: one of 33 MB took 3.7 ms
// instead of 4.8 through them, one of 67 MB 3.1 past them instead of 3.3.
inline constexpr std::int64_t stream_bytes = std::int64_t{48} << 20;

// ... and where vectors are half a line, so that caches read each line before they write it: one of
// 33 MB was painted in 2.1 ms instead of 3.2 (AVX2), one of 22 MB in 1.7 and not 2.9.
inline constexpr std::int64_t paint_past_bytes = std::int64_t{12} << 20;

// ... and from which rows like the one above are, wherever that one is: a comb of 2048 x 2048 (17
// MB) took 0.7 ms instead of 1.0, and a map of 30 classes (33 MB), with few such rows, as long.
inline constexpr std::int64_t repeat_stream_bytes = std::int64_t{12} << 20;

// ... and of a map from which columns that become rows are.
inline constexpr std::int64_t turn_stream_bytes = std::int64_t{4} << 20;

// Changes from a row to the next that a strip of a label map has at most, unless it is as narrow as
// may be: 3 MB are sorted. split of 30 classes at 4K, 32 bits, took 4.7 ms instead of 7.4 in strips
// of 512 columns, blobs of 4096 x 4096 1.2 instead of 1.7, a comb of 8192 x 8192 4.6 and not 8.2.
inline constexpr double strip_events = 1 << 18;

}  // namespace me::tuning
