"""distance_transform: numbers worked out by hand, extremes, and long rows.

Covers: me.distance_transform. Compares against: numbers worked out by hand, scipy.
Run: pytest tests/test_distance_transform.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import morphology
from maskengine.testing.oracles import art, encode

HOLE = art("#####", "#####", "##.##", "#####", "#####")


def test_squares_around_a_pixel():
    squares = me.distance_transform(HOLE, dtype=np.float64) ** 2
    wanted = [[8, 5, 4, 5, 8], [5, 2, 1, 2, 5], [4, 1, 0, 1, 4], [5, 2, 1, 2, 5], [8, 5, 4, 5, 8]]
    assert np.rint(squares).tolist() == wanted
    assert me.distance_transform(HOLE)[0, 1] == np.float32(np.sqrt(5))


def test_other_metrics():
    top = me.distance_transform(HOLE, metric="chebyshev")[0]
    assert top.tolist() == [2, 2, 2, 2, 2]
    assert me.distance_transform(HOLE, metric="cityblock")[0].tolist() == [4, 3, 2, 3, 4]


def test_spacing():
    row = me.distance_transform(HOLE, (3, 4))[1]
    assert row[1:3].tolist() == [5, 3]
    assert np.array_equal(me.distance_transform(HOLE, 2), 2 * me.distance_transform(HOLE))


def test_without_background_or_foreground():
    full, empty = np.ones((2, 3), bool), np.zeros((2, 3), bool)
    assert np.isposinf(me.distance_transform(full)).all()
    assert not me.distance_transform(empty).any()
    assert np.isposinf(me.distance_transform(full, signed=True)).all()
    assert np.isneginf(me.distance_transform(empty, signed=True)).all()
    assert me.distance_transform(np.zeros((0, 3), bool)).shape == (0, 3)


def test_signed():
    line = np.array([[0, 0, 1, 1, 1]])
    assert me.distance_transform(line, signed=True).tolist() == [[-2, -1, 1, 2, 3]]


def test_masks_give_a_stack():
    both = me.distance_transform(encode([HOLE, ~HOLE]))
    assert both.shape == (2, 5, 5)
    assert both[1].sum() == 1
    assert me.distance_transform(encode([HOLE])[:0]).shape == (0, 0, 0)


def test_out_of_any_stride():
    out = np.zeros((5, 10), np.float64)[:, ::2]
    assert me.distance_transform(HOLE, out=out) is out
    assert np.array_equal(out, me.distance_transform(HOLE, dtype=np.float64))


@pytest.mark.parametrize("side", [40_000, 70_000])
def test_squares_above_32_bits(side):
    line = np.ones((1, side), np.uint8)
    line[0, 0] = 0
    for mask in (line, line.T):
        found = me.distance_transform(mask, dtype=np.float64)
        assert np.array_equal(found.ravel(), np.arange(side))


def test_squares_above_24_bits():
    line = np.ones((2, 9001), np.uint8)
    line[0, 0] = 0
    wanted = np.hypot(np.arange(9001.0), [[0], [1]]).astype(np.float32)
    for level in me.cpu_levels():
        with me.use(level=level):
            assert np.array_equal(me.distance_transform(line), wanted)


def test_parity_with_scipy():
    from scipy import ndimage

    rng = np.random.default_rng(9)
    for _ in range(1000):
        mask = morphology.some_mask(rng)
        mask[0, 0] = 0  # without background scipy's answer has no meaning
        wanted = ndimage.distance_transform_edt(mask)
        assert np.array_equal(me.distance_transform(mask, dtype=np.float64), wanted)
