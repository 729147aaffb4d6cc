"""contains: hand-drawn literals and large sizes."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art

MASK = oracles.encode([art("#..", "..#")])


def test_drawn_mask():
    points = [(0, 0), (1, 0), (2, 1), (2.99, 1.99), (2, 0.99), (0.5, 0.5)]
    wanted = [True, False, True, True, False, True]
    assert me.contains(MASK, points).tolist() == [wanted]


def test_outside_is_in_nothing():
    inf = float("inf")
    points = [(-0.1, 0), (0, -0.1), (3, 1), (2, 2), (1e300, 0), (inf, 0), (0, -inf), (-1e300, 1)]
    full = oracles.encode([np.ones((2, 3), bool)])
    assert not me.contains(full, points).any()


def test_integers_and_empty():
    assert me.contains(MASK, np.array([[0, 0], [2, 1]], np.int32)).tolist() == [[True, True]]
    assert me.contains(MASK, []).shape == (1, 0)
    assert me.contains(me.Masks([], [0], []), [(0, 0)]).shape == (0, 1)


def test_masks_of_different_sizes():
    masks = me.Masks.concatenate([MASK, oracles.encode([np.ones((1, 5), bool)])])
    assert me.contains(masks, [(4, 0), (2, 1)]).tolist() == [[False, True], [True, False]]


def test_error_names_the_point():
    with pytest.raises(me.MaskError, match=r"points\[1\].*NaN"):
        me.contains(MASK, [(0, 0), (float("nan"), 0)])


def test_more_than_32_bits_of_pixels():
    side, limit = 70_000, 2**32 - 1
    left, rest = 65_000 * side, 5_000 * side
    mask = me.Masks([0, limit, 0, left - limit, rest], [0, 5], [(side, side)])
    points = [(64_999, 69_999), (65_000, 0), (69_999, 69_999), (0, 0)]
    assert me.contains(mask, points).tolist() == [[True, False, False, True]]
