"""hu_moments: shapes whose moments are known.

Covers: python/maskengine/ops/hu_moments.py. Run: pytest tests/test_hu_moments.py
"""

import numpy as np

import maskengine as me
from maskengine.testing import oracles


def test_rectangles():
    # nu20 of a rows x b columns is (b^2 - 1) / (12 a b): the variance of 0..b-1, over the area
    masks = oracles.encode([np.ones((2, 2), bool), np.ones((3, 4), bool)])
    found = me.hu_moments(masks)
    assert np.allclose(found[0], [3 / 48 * 2, 0, 0, 0, 0, 0, 0], atol=1e-15)
    a, b = 15 / 144, 8 / 144
    assert np.allclose(found[1, :2], [a + b, (a - b) ** 2], rtol=1e-12)
    assert np.allclose(found[1, 2:], 0, atol=1e-15)


def test_nothing_is_zero():
    assert me.hu_moments(oracles.encode([np.zeros((3, 2), bool)])).tolist() == [[0.0] * 7]
    assert me.hu_moments(me.Masks([], [0], [])).shape == (0, 7)
