"""Masks of more than 2^32 and of more than 2^54 pixels, worked on as runs and never decoded.

Covers: area, bbox, centroid, contains, iou, complement and the set algebra of pairs and of batches.
The oracle knows masks as intervals [begin, end) of positions and counts in Python's integers.
Run: pytest tests/test_past_32_bits.py
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me

LONGEST = 2**32 - 1  # of one run
SIDE = 2**31 - 1
# Sides of more than 2^32 pixels; the last two of each make positions that no 32-bit column knows.
WIDE = [(2**16 + 1, 2**16 + 3), (SIDE, 5), (5, SIDE), (2**20 + 7, 2**18 - 5)]
# More than 2^54 pixels: 34 MB of counts a mask, since a run of 2^54 is 2^22 runs of 32 bits.
VAST = [(SIDE, 2**23 + 9), (2**27 + 5, 2**27 + 1)]


def counts_of(intervals, pixels):
    """Give the counts of sorted, disjoint, not touching intervals; long runs are split."""
    pieces, at = [], 0
    for bound in [*(b for interval in intervals for b in interval), pixels]:
        full, rest = divmod(bound - at, LONGEST)
        if full and not rest:
            full, rest = full - 1, LONGEST
        pieces += [np.tile(np.array([LONGEST, 0], np.uint32), full), np.array([rest], np.uint32)]
        at = bound
    if intervals and intervals[-1][1] == pixels:
        pieces.pop()  # no background at the end
    return np.concatenate(pieces)


def masks_of(batch, size):
    """Give the masks of a list of lists of intervals."""
    counts = [counts_of(intervals, size[0] * size[1]) for intervals in batch]
    offsets = np.cumsum([0, *map(len, counts)])
    return me.Masks(np.concatenate([np.empty(0, np.uint32), *counts]), offsets, [size] * len(batch))


def intervals_of(masks):
    """Give each mask as sorted, disjoint, not touching intervals."""
    batch = []
    for i in range(len(masks)):
        counts = masks.counts[masks.offsets[i] : masks.offsets[i + 1]]
        ends = np.cumsum(counts, dtype=np.uint64)
        assert not len(ends) or int(ends[-1]) == masks.sizes[i, 0] * masks.sizes[i, 1]
        begins, ends = (ends - counts)[1::2], ends[1::2]
        some = begins < ends
        begins, ends = begins[some], ends[some]
        apart = begins[1:] != ends[:-1]
        begins = begins[np.concatenate([[True], apart])[: len(begins)]]
        ends = ends[np.concatenate([apart, [True]])[-len(ends) :]] if len(ends) else ends
        batch.append(list(zip(begins.tolist(), ends.tolist(), strict=True)))
    return batch


def merged(batch, wanted):
    """Give the intervals where wanted(which of the batch are there) holds."""
    bounds = sorted({0, *(b for intervals in batch for interval in intervals for b in interval)})
    found = []
    for begin, end in pairwise(bounds):
        there = [any(b <= begin < e for b, e in intervals) for intervals in batch]
        if wanted(there):
            touching = found and found[-1][1] == begin
            found[-1:] = [(found[-1][0], end)] if touching else [*found[-1:], (begin, end)]
    return found


def opposite(intervals, pixels):
    bounds = [0, *(b for interval in intervals for b in interval), pixels]
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    return [(begin, end) for begin, end in pairs if begin < end]


def pixels_of(intervals):
    return sum(end - begin for begin, end in intervals)


def stretches(intervals, height):
    """Give (first column, columns, first row, rows): at most three rectangles per interval."""
    for begin, end in intervals:
        (left, top), (right, bottom) = divmod(begin, height), divmod(end, height)
        if left == right:
            yield left, 1, top, bottom - top
            continue
        yield left, 1, top, height - top
        yield left + 1, right - left - 1, 0, height
        yield right, 1, 0, bottom


def box_of(intervals, height):
    parts = [part for part in stretches(intervals, height) if part[1] and part[3]]
    if not parts:
        return [0, 0, 0, 0]
    left, top = min(p[0] for p in parts), min(p[2] for p in parts)
    right, bottom = max(p[0] + p[1] for p in parts), max(p[2] + p[3] for p in parts)
    return [left, top, right - left, bottom - top]


def centre_of(intervals, height):
    """Give the mean of pixel centres as fractions."""
    x = y = 0
    for left, columns, top, rows in stretches(intervals, height):
        x += rows * (2 * left + columns) * columns  # twice the sum of centres
        y += columns * (2 * top + rows) * rows
    n = 2 * pixels_of(intervals)
    return Fraction(x, n), Fraction(y, n)


def power_sum(begin, n, power):
    """Give the sum of k^power for k in [begin, begin + n), by the formulas for [0, m)."""

    def below(m):
        return (m, m * (m - 1) // 2, (m - 1) * m * (2 * m - 1) // 6, (m * (m - 1) // 2) ** 2)[power]

    return below(begin + n) - below(begin)


def raw_moment(intervals, height, i, j):
    return sum(
        power_sum(left, columns, i) * power_sum(top, rows, j)
        for left, columns, top, rows in stretches(intervals, height)
    )


def ratio(shared, total):
    """Give shared / total as defined: both as doubles, divided once."""
    return float(shared) / float(total) if shared else 0.0


@st.composite
def batches(draw, most=4):
    """Draw a size and masks whose runs begin and end near columns, powers of two and each other."""
    size = draw(st.sampled_from(WIDE))
    height, pixels = size[0], size[0] * size[1]
    near = st.builds(
        lambda place, step: min(max(place + step, 0), pixels),
        st.integers(0, pixels)
        | st.sampled_from([0, pixels, 2**31, 2**32, 2**32 - 1, pixels - 2**32])
        | st.integers(0, size[1]).map(lambda column: column * height),
        st.integers(-2, 2),
    )
    shared = draw(st.lists(near, max_size=3))
    batch = []
    for _ in range(draw(st.integers(1, most))):
        bounds = {*draw(st.lists(near, max_size=6)), *(b for b in shared if draw(st.booleans()))}
        bounds = sorted(bounds)[: len(bounds) // 2 * 2]
        batch.append(list(zip(bounds[::2], bounds[1::2], strict=True)))
    return size, batch


def check_measures(size, batch):
    masks = masks_of(batch, size)
    assert me.area(masks).tolist() == [pixels_of(m) for m in batch]
    assert me.bbox(masks).tolist() == [box_of(m, size[0]) for m in batch]
    for (x, y), intervals in zip(me.centroid(masks).tolist(), batch, strict=True):
        if intervals:
            wanted = centre_of(intervals, size[0])
            assert x == pytest.approx(float(wanted[0]), rel=1e-15)
            assert y == pytest.approx(float(wanted[1]), rel=1e-15)
        else:
            assert np.isnan(x)
            assert np.isnan(y)


def check_overlaps(size, batch):
    masks = masks_of(batch, size)
    matrix, crowd = me.iou(masks, masks), me.iou(masks, masks, crowd=[True] * len(batch))
    for i, a in enumerate(batch):
        for j, b in enumerate(batch):
            shared = pixels_of(merged([a, b], all))
            assert matrix[i, j] == ratio(shared, pixels_of(a) + pixels_of(b) - shared)
            assert crowd[i, j] == ratio(shared, pixels_of(a))
    pairs = me.iou(masks, masks[::-1], mode="pairs")
    assert np.array_equal(pairs, matrix[np.arange(len(batch)), np.arange(len(batch))[::-1]])


ORDERS = ["00", "10", "01", "20", "11", "02", "30", "21", "12", "03"]


def check_moments(size, batch, tolerance):
    found = me.moments(masks_of(batch, size))
    for order in ORDERS:
        wanted = [float(raw_moment(m, size[0], int(order[0]), int(order[1]))) for m in batch]
        assert found["m" + order].tolist() == pytest.approx(wanted, rel=tolerance), order


RULES = {
    me.union: any,
    me.intersection: all,
    me.difference: lambda there: there[0] and not any(there[1:]),
    me.symmetric_difference: lambda there: sum(there) % 2 == 1,
}


def check_algebra(size, batch):
    masks = masks_of(batch, size)
    for operation, rule in RULES.items():
        assert intervals_of(operation(masks)) == [merged(batch, rule)], operation.__name__
        pairs = operation(masks, masks[::-1])
        wanted = [merged([a, b], rule) for a, b in zip(batch, batch[::-1], strict=True)]
        assert intervals_of(pairs) == wanted, operation.__name__
    pixels = size[0] * size[1]
    assert intervals_of(me.complement(masks)) == [opposite(m, pixels) for m in batch]


def test_the_oracle_on_small_masks():
    """Drawn by hand: . # # / # # . in columns of two rows."""
    assert counts_of([(1, 3), (4, 5)], 6).tolist() == [1, 2, 1, 1, 1]
    assert counts_of([(0, 6)], 6).tolist() == [0, 6]
    assert counts_of([], LONGEST).tolist() == [LONGEST]
    assert counts_of([], LONGEST + 1).tolist() == [LONGEST, 0, 1]
    assert intervals_of(me.Masks([1, 2, 0, 1, 2], [0, 5], [(2, 3)])) == [[(1, 4)]]
    assert merged([[(1, 3), (4, 5)], [(2, 4)]], any) == [(1, 5)]
    assert merged([[(1, 3), (4, 5)], [(2, 4)]], all) == [(2, 3)]
    assert opposite([(1, 3), (4, 6)], 6) == [(0, 1), (3, 4)]
    assert box_of([(1, 3), (4, 5)], 2) == [0, 0, 3, 2]
    assert centre_of([(1, 3), (4, 5)], 2) == (Fraction(3, 2), Fraction(5, 6))
    assert [power_sum(2, 3, power) for power in range(4)] == [3, 9, 29, 99]
    assert raw_moment([(1, 3), (4, 5)], 2, 2, 0) == 0 + 1 + 4
    assert raw_moment([(1, 3), (4, 5)], 2, 1, 1) == 0


@given(batches())
def test_measures_past_32_bits(drawn):
    check_measures(*drawn)


@given(batches())
def test_moments_past_32_bits(drawn):
    size, batch = drawn
    whole = size[0] * size[1] * max(size) ** 3 < 16 * 10**37  # beyond, sums are doubles
    check_moments(size, batch, 3e-16 if whole else 1e-12)


@given(batches())
def test_overlaps_past_32_bits(drawn):
    check_overlaps(*drawn)


@given(batches(most=9))
def test_set_algebra_past_32_bits(drawn):
    check_algebra(*drawn)


@given(batches(), st.lists(st.tuples(st.integers(0, SIDE), st.integers(0, SIDE)), max_size=5))
def test_points_past_32_bits(drawn, places):
    size, batch = drawn
    height, width = size
    points = [(x % width, y % height) for x, y in places]
    corners = [divmod(b, height) for m in batch for pair in m for b in pair if b < height * width]
    points += corners
    wanted = [
        [any(b <= x * height + y < e for b, e in intervals) for x, y in points]
        for intervals in batch
    ]
    centres = [(x + 0.5, y + 0.5) for x, y in points] or np.empty((0, 2))
    assert me.contains(masks_of(batch, size), centres).tolist() == wanted


def vast(size):
    """Give three masks of more than 2^53 pixels or far beyond position 2^53."""
    height, pixels = size[0], size[0] * size[1]
    odd = 2**53 + 1  # the first whole number that is no double
    return [
        [(3, odd + 3), (pixels - 5, pixels)],
        [(height - 1, height + 1), (2**53 - 7, pixels - 1)],
        [(pixels - height - 1, pixels - height), (pixels - 2, pixels)],
    ]


@pytest.mark.parametrize("size", VAST)
def test_measures_past_54_bits(size):
    assert size[0] * size[1] > 2**54
    check_measures(size, vast(size))


@pytest.mark.parametrize("size", VAST)
def test_overlaps_past_54_bits(size):
    check_overlaps(size, vast(size)[:2])


@pytest.mark.parametrize("size", VAST)
def test_set_algebra_past_54_bits(size):
    masks, batch = masks_of(vast(size), size), vast(size)
    for operation, rule in RULES.items():
        assert intervals_of(operation(masks)) == [merged(batch, rule)], operation.__name__
    two = merged(batch[::2], any)
    assert intervals_of(me.union(masks[0], masks[2])) == [two]
    assert intervals_of(me.complement(masks[1])) == [opposite(batch[1], size[0] * size[1])]
    full = me.union(masks[1], me.complement(masks[1]))
    assert me.area(full).tolist() == [size[0] * size[1]]
