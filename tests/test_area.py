"""area: hand-drawn literals."""

import numpy as np

import maskengine as me
from maskengine.testing import oracles


def test_drawn_mask():
    masks = oracles.encode([oracles.art("##.", "#..", "..#")])
    assert me.area(masks).tolist() == [4]


def test_more_than_32_bits_of_pixels():
    # 70000 * 70000 pixels, all foreground but the first column: 69999 * 70000
    foreground = 69_999 * 70_000
    counts = [70_000, 2**32 - 1, 0, foreground - (2**32 - 1)]
    masks = me.Masks(counts, [0, 4], [(70_000, 70_000)])
    assert me.area(masks).tolist() == [foreground]


def test_empty_batch():
    areas = me.area(me.Masks([], [0], []))
    assert areas.dtype == np.int64
    assert areas.shape == (0,)
