"""centroid: hand-drawn literals."""

import numpy as np

import maskengine as me
from maskengine.testing import oracles


def test_one_pixel_has_its_centre():
    masks = oracles.encode([oracles.art("...", "..#")])
    assert me.centroid(masks).tolist() == [[2.5, 1.5]]


def test_drawn_mask():
    masks = oracles.encode([oracles.art("##.", "#..", "...")])
    # the centres are half a pixel in: 0.5, 1.5 and 0.5 on either axis
    assert me.centroid(masks).tolist() == [[2.5 / 3, 2.5 / 3]]


def test_nothing_has_no_centre():
    points = me.centroid(me.Masks([6, 0], [0, 1, 2], [(2, 3), (0, 3)]))
    assert points.shape == (2, 2)
    assert np.isnan(points).all()


def test_the_largest_image():
    # 2^31-1 rows and columns, all foreground: the centre is half the side
    side = 2**31 - 1
    columns = 3  # of the tall mask; its pixels exceed one count
    area = side * columns
    counts = [0, 2**32 - 1, 0, area - (2**32 - 1)]
    points = me.centroid(me.Masks(counts, [0, 4], [(side, columns)]))
    assert points.tolist() == [[1.5, side / 2]]
