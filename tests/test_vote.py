"""at_least, vote, combine: hand-drawn literals, many masks, large sizes.

Covers: python/maskengine/ops/vote.py. Run: pytest tests/test_vote.py
"""

import functools
import operator

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art

A = art("##.", "##.", "...")
B = art("...", ".##", ".##")
C = art("..#", ".#.", "#..")
MASKS = oracles.encode([A, B, C])


def drawn(masks):
    return oracles.decode(masks)[0]


def test_counts():
    assert np.array_equal(drawn(me.at_least(MASKS, 1)), art("###", "###", "###"))
    assert np.array_equal(drawn(me.at_least(MASKS, 2)), art("...", ".#.", "..."))
    assert np.array_equal(drawn(me.at_least(MASKS, 3)), art("...", ".#.", "..."))
    assert np.array_equal(drawn(me.at_least(MASKS, 4)), art("...", "...", "..."))
    assert np.array_equal(drawn(me.at_least(MASKS, 0)), art("###", "###", "###"))


def test_weights():
    # A alone 0.5, B alone 0.25, C alone 0.3; all three in the middle
    assert np.array_equal(drawn(me.vote(MASKS, [0.5, 0.25, 0.3], 0.3)), art("###", "##.", "#.."))
    assert np.array_equal(drawn(me.vote(MASKS, [0.5, 0.25, 0.3], 1.0)), art("...", ".#.", "..."))
    # what is in A and not in B
    assert np.array_equal(drawn(me.vote(MASKS, [1, -1, 0], 1)), art("##.", "#..", "..."))


def test_sums_are_exact():
    three = oracles.encode([np.ones((1, 1), bool)] * 10)
    # ten times the double nearest 0.1, which is above 0.1; added up in doubles it is below 1
    assert functools.reduce(operator.add, [0.1] * 10) < 1  # sum() compensates since Python 3.12
    assert me.vote(three, [0.1] * 10, 1.0).counts.tolist() == [0, 1]
    assert me.vote(three[:2], [1e5, 1e-5], 1e5).counts.tolist() == [0, 1]
    assert me.vote(three[:2], [1e5, -1e-5], 1e5).counts.tolist() == [1]


def test_table():
    table = np.zeros((2, 2, 2), bool)
    table[1, 0, 0] = table[0, 0, 1] = True  # one of A and C, and not B
    assert np.array_equal(drawn(me.combine(MASKS, table)), art("###", "#..", "#.."))
    items = me.combine([MASKS[0], MASKS[1:]], np.array([[0, 0], [0, 1]]))
    assert items == me.intersection(MASKS[0], MASKS[1:])


def test_more_than_32_masks():
    rng = np.random.default_rng(5)
    dense = rng.random((300, 40, 50)) < rng.random((300, 1, 1))
    masks = oracles.encode(dense)
    for k in (1, 33, 150, 151, 299, 300):
        assert me.at_least(masks, k) == oracles.encode([dense.sum(0) >= k])
    parity = np.indices((2,) * 20).sum(0) % 2 == 1
    assert me.combine(masks[:20], parity) == oracles.encode([dense[:20].sum(0) % 2 == 1])


def test_runs_longer_than_32_bits():
    # 70000 * 70000 pixels; a: the left 65000 columns, b: all but the left 5000
    side, limit = 70_000, 2**32 - 1
    left, rest = 65_000 * side, 5_000 * side
    a = me.Masks([0, limit, 0, left - limit, rest], [0, 5], [(side, side)])
    b = me.Masks([rest, limit, 0, left - limit], [0, 4], [(side, side)])
    both = me.Masks.concatenate([a, b])
    assert me.at_least(both, 2).counts.tolist() == [rest, 60_000 * side, rest]
    assert me.at_least(both, 1).counts.tolist() == [0, limit, 0, side * side - limit]
    assert me.vote(both, [1, 2], 3).counts.tolist() == [rest, 60_000 * side, rest]
    assert me.at_least(both, 3).counts.tolist() == [limit, 0, side * side - limit]


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_no_pixels(size):
    masks = me.Masks([0, 0], [0, 1, 2], [size, size])
    assert me.at_least(masks, 0).counts.tolist() == [0]
    assert me.vote(masks, [1, 1], 0).counts.tolist() == [0]
    assert me.combine(masks, np.ones((2, 2), bool)).counts.tolist() == [0]


def test_far_apart_masks_cost_little():
    # 200 masks of one pixel each on 2^40 pixels: in steps of a stretch this would not end
    side, limit = 2**20, 2**32 - 1
    dot = me.Masks([0, 1, *[limit, 0] * 256, 255], [0, 515], [(side, side)])
    masks = me.Masks.concatenate([me.shift(dot, dx=5000 * i) for i in range(200)])
    assert me.area(me.at_least(masks, 1)).tolist() == [200]
    assert me.area(me.at_least(masks, 2)).tolist() == [0]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_long_masks_through_any_table(n):
    """More changes than are held at a time, for few masks and for more."""
    rng = np.random.default_rng(n)
    stack = rng.random((n, 173, 211)) < 0.4
    for _ in range(6):
        table = rng.random((2,) * n) < 0.5
        wanted = table[tuple(stack.astype(int))]
        found = me.combine(me.encode(stack), table)
        assert found == oracles.encode([wanted])


@pytest.mark.parametrize("n", [3, 4, 5])
def test_runs_of_no_pixels_leave_no_trace(n):
    # pixels 2 to 4, column by column
    odd = me.Masks([2, 0, 0, 2, 0, 1, 1, 0], [0, 8], [(3, 2)])
    masks = me.Masks.concatenate([odd] + [me.encode(art("##.", ".##").T)] * (n - 1))
    dense = np.array(oracles.decode(masks))
    for table in (np.zeros((2,) * n, bool), np.indices((2,) * n).sum(0) % 2 == 0):
        wanted = table[tuple(dense.astype(int))]
        assert me.combine(masks, table) == oracles.encode([wanted])
    assert me.at_least(masks, 2) == oracles.encode([dense.sum(0) >= 2])
